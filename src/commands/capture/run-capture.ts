import type { Args, Context } from '../../contract/command.ts'
import { logDurationOption } from '../../contract/duration-option.ts'
import { program } from '../../contract/help.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { selectionOf } from '../../contract/selection.ts'
import { version } from '../../contract/version.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { captureTarget } from '../../fetch/capture/capture-target.ts'
import type { CaptureRequest } from '../../fetch/capture/write/capture-mesh.ts'
import { captureMesh } from '../../fetch/capture/write/capture-mesh.ts'
import type { ProxyToCapture } from '../../fetch/capture/write/capture-proxy.ts'
import { sizeLimit } from '../../fetch/limits.ts'
import { usualBytesInFlight } from '../../mesh/fleet/read-fleet.ts'
import type { Selection } from '../../mesh/selection.ts'
import { captureNotes } from './capture-notes.ts'
import { defaultName, redactPatterns } from './capture-options.ts'
import { captureView } from './capture-view.ts'
import { placesOf } from './captured-places.ts'
import { isForbiddenList } from './forbidden-lists.ts'
import { proxiesToCapture } from './proxies-to-capture.ts'

/** Writes a capture and shows what it holds; or shows one that there is. */
export async function runCapture(args: Args, context: Context): Promise<number> {
  if (args.positionals[0] === 'show') return (await import('./show-capture.ts')).showCapture(args, context)
  const redact = redactPatterns(args)
  const seconds = logDurationOption(args, 'logs')
  const file = args.string('to') ?? defaultName(context.io.now())
  if (file === '-')
    throw new UsageError('a capture is a ZIP archive and needs a file: --to - is none', {
      hint: 'For a file of that name: --to ./-',
    })
  const resume = args.boolean('resume') === true
  if (resume && args.string('to') === undefined) throw new UsageError('--resume needs --to FILE, the capture to resume')
  const selection = selectionOf(args, { command: 'capture', every: true, many: true, orScope: true })
  if (redact === undefined)
    context.note(
      `--no-redact: ${file} will hold passwords, tokens and keys as they are. Give it to nobody who may not know them.`,
    )
  const proxies = await placesOf(await proxiesToCapture(selection, context), context)
  const mesh = await meshOf(selection, proxies, args, context)
  const target = await captureTarget(file, resume, { maxSize: sizeLimit(args.string('max-size')), note: context.note })
  const { io } = context
  const interrupted = io.untilInterrupted?.()
  const signal = interrupted === undefined ? io.signal : AbortSignal.any([io.signal, interrupted])
  const { concurrency, deadline } = await context.fleet()
  const unmatched = new Set(redact)
  const manifest = await captureMesh({
    zip: target.zip,
    before: target.before,
    program: { name: program, version },
    mesh,
    proxies,
    limits: { concurrency, deadline, bytes: usualBytesInFlight },
    redact,
    redacted: (pattern) => unmatched.delete(pattern),
    logSeconds: seconds,
    now: io.now,
    signal,
    progress: io.progress,
  }).catch((error: unknown) => {
    target.abandon()
    throw error
  })
  target.done()
  captureNotes(file, manifest).forEach(context.note)
  for (const { source } of unmatched)
    context.note(`--redact ${source} matches nothing of what was captured: it is a regular expression, case-sensitive.`)
  if (manifest.interrupted) context.note(`Interrupted: --resume --to ${file} continues it.`)
  await context.render(captureView(manifest))
  if (manifest.interrupted) return exitCode.interrupted
  return manifest.failures.every(isForbiddenList) ? exitCode.ok : exitCode.failed
}

/** The cluster, and whose objects of it are captured: those of the namespaces that the proxies are in, and of Istio's. */
async function meshOf(
  selection: Selection,
  proxies: readonly ProxyToCapture[],
  args: Args,
  context: Context,
): Promise<CaptureRequest['mesh']> {
  if (selection.from === 'files' || selection.from === 'url') {
    if (args.string('logs') !== undefined)
      throw new AppError('--logs reads logs of pods: it does not go with --file and --url')
    return undefined
  }
  const cluster = await context.cluster()
  const own = istioNamespace(args)
  const everywhere = selection.from === 'scope' && selection.everywhere
  const namespaces = everywhere ? null : [...new Set([...proxies.map(({ place }) => place.namespace), own])].sort()
  return { cluster, istioNamespace: own, namespaces }
}
