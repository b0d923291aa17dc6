import type { Args } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { requestTimeout } from '../../fetch/kube/access/duration.ts'
import { sizeLimit } from '../../fetch/limits.ts'
import { urlProxy } from '../../fetch/url-proxy.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** The proxy whose admin endpoint `--url` names. @throws UsageError for what is no URL */
export function endpointProxy(url: string, args: Args, { progress }: IO, note: (line: string) => void): MeshProxy {
  return urlProxy(url, {
    requestTimeout: requestTimeout(args.string('request-timeout')),
    maxSize: sizeLimit(args.string('max-size')),
    note,
    progress,
  })
}
