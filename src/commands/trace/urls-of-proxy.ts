import type { MeshProxy } from '../../mesh/proxy.ts'
import { knownUrls } from '../../walk/request/known-urls.ts'
import { dumpOf } from '../proxies/dump-of.ts'

/** What the hosts that a proxy knows are read from. */
const urlSections = 'config_dump?mask=static_listeners,dynamic_listeners,static_route_configs,dynamic_route_configs'

/** URLs that a proxy knows, for completion: of each place its spellings, the first preferred. */
export async function urlsOfProxy(proxy: MeshProxy, signal: AbortSignal): Promise<readonly (readonly string[])[]> {
  return knownUrls(await dumpOf(proxy, urlSections, { io: { signal }, incomplete: () => undefined }))
}
