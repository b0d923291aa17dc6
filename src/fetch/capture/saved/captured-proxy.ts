import { inMemory } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import type { Pod } from '../../../mesh/pods/pod.ts'
import { pageName } from '../../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import { capturedPages, proxyEntry } from '../format/layout.ts'
import type { CaptureFailure } from '../format/manifest.ts'
import type { CaptureFile } from './capture-file.ts'

interface CapturedOptions {
  /** The page that the question is about. */
  readonly about: string | undefined
  /** Called with what of a page is not there. */
  note(line: string): void
}

/** A proxy whose pages are in a capture. */
export function capturedProxy(capture: CaptureFile, pod: Pod, { about, note }: CapturedOptions): MeshProxy {
  const label = `pod ${pod.namespace}/${pod.name}`
  return {
    id: { name: `${pod.name}.${pod.namespace}`, pod },
    label,
    live: false,
    async page(path) {
      const found = await pageIn(capture, pod, path, about)
      if (found === undefined) {
        const entry = entryOf(pod, path)
        const failure = entry === undefined ? undefined : (capture.failure(entry) ?? silence(capture, pod))
        if (failure !== undefined)
          throw new AppError(failure.message, { hint: `So it was when ${capture.label} was made.` })
        return 'absent'
      }
      if (pageName(path) === 'stats' && !/[?&]usedonly\b/.test(path))
        note(`${capture.label} has the statistics that something was counted in, as with --used-only.`)
      return inMemory(found.bytes, capture.written(found.entry))
    },
    packed(path) {
      const entry = entryOf(pod, path)
      // What is said of a page, and what stands for it, is the affair of `page`.
      if (entry === undefined || pageName(path) === 'stats' || capture.failure(entry) !== undefined) return undefined
      return capture.packed(entry)
    },
    absence: async (path) => absence(capture, pod, label, pageName(path)),
  }
}

/** Of a proxy that did not answer, its other pages were not asked for. */
function silence(capture: CaptureFile, pod: Pod): CaptureFailure | undefined {
  return hasPages(capture, pod) ? undefined : capture.failure(proxyEntry(pod, capturedPages[0].file))
}

function hasPages(capture: CaptureFile, pod: Pod): boolean {
  return capturedPages.some(({ file }) => capture.has(proxyEntry(pod, file)))
}

function absence(capture: CaptureFile, pod: Pod, label: string, page: string): AppError {
  if (!hasPages(capture, pod))
    return new AppError(`${capture.label} has no pages of ${label}: it was not captured`, {
      hint: `kubectl proxy-config capture show ${capture.label} lists what was.`,
    })
  const known = capturedPages.some(({ name }) => name === page)
  return new AppError(
    known
      ? `${label} had no /${page} when ${capture.label} was made`
      : `${label} is read from ${capture.label}: only a live proxy has /${page}`,
  )
}

function entryOf(pod: Pod, path: string): string | undefined {
  const wanted = pageName(path)
  const page = capturedPages.find(({ name }) => name === wanted)
  return page === undefined ? undefined : proxyEntry(pod, page.file)
}

/**
 * The file that has a page, with its bytes. Where hosts are what is asked for and other programs kept their page as text, the dump of the
 * proxy tells them.
 */
async function pageIn(
  capture: CaptureFile,
  pod: Pod,
  path: string,
  about: string | undefined,
): Promise<{ readonly entry: string; readonly bytes: Uint8Array } | undefined> {
  const own = entryOf(pod, path)
  const isHosts = pageName(path) === 'clusters' && pageName(about ?? '') === 'clusters'
  for (const entry of [own, isHosts ? proxyEntry(pod, capturedPages[0].file) : undefined]) {
    if (entry === undefined || capture.failure(entry) !== undefined) return undefined
    const bytes = await capture.bytes(entry)
    if (bytes !== undefined) return { entry, bytes }
  }
  return undefined
}
