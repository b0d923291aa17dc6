import { createHash } from 'node:crypto'
import { AppError } from '../../../errors.ts'
import { ownerOf } from '../format/layout.ts'
import {
  type CapturedFile,
  type CaptureFailure,
  type Manifest,
  manifestFormat,
  manifestVersion,
} from '../format/manifest.ts'
import type { CaptureFile } from './capture-file.ts'

/** What there is to say of a capture that has no manifest, by reading all of it: it was cut off, or another program made it. */
export async function describedCapture(capture: CaptureFile): Promise<Manifest> {
  const files: CapturedFile[] = []
  const failures: CaptureFailure[] = []
  for (const path of capture.names) {
    try {
      const bytes = await capture.bytes(path)
      if (bytes !== undefined)
        files.push({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      failures.push({ path, reason: error.code ?? 'unreadable', status: null, message: error.message })
    }
  }
  const owners = [
    ...new Map(capture.names.map((name) => ownerOf(name)).map((owner) => [JSON.stringify(owner), owner])).values(),
  ]
  return {
    format: manifestFormat,
    version: manifestVersion,
    program: null,
    cluster: null,
    started: null,
    ended: null,
    interrupted: false,
    redaction: { secrets: false, patterns: 0 },
    proxies: owners.flatMap((owner) =>
      owner?.kind === 'proxy'
        ? [
            {
              name: owner.name,
              namespace: owner.namespace,
              source: null,
              version: null,
              absent: [],
              istiod: null,
              connected: null,
            },
          ]
        : [],
    ),
    istiods: owners.flatMap((owner) =>
      owner?.kind === 'istiod' ? [{ name: owner.name, namespace: owner.namespace, image: null }] : [],
    ),
    fileCount: files.length,
    files,
    failures,
  }
}
