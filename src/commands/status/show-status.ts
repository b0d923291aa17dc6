import { type GatheredMesh, meshSync } from '../../analyses/status/mesh-sync.ts'
import type { Args, Context } from '../../contract/command.ts'
import { offlineSelection } from '../../contract/named-sources.ts'
import { isRowWatch } from '../../contract/row-watch-options.ts'
import { captureOf, contextsOf, isOffline } from '../../contract/selection.ts'
import { UsageError } from '../../errors.ts'
import { answer } from '../analysis/answer.ts'

/** The table of a mesh or of proxies, or for one proxy what differs. */
export async function showStatus(args: Args, context: Context): Promise<number> {
  if (isDiff(args)) return (await import('./status-diff.ts')).statusDiff(args, context)
  if (context.format.name === 'unified') throw new UsageError('-o unified goes with a POD: it shows a difference')
  // Mistyped filters are reported before anything is fetched.
  const options = meshSync.options(args)
  return answer(meshSync, await gatheredMesh(args, context), options, context)
}

async function gatheredMesh(args: Args, context: Context): Promise<GatheredMesh> {
  const offline = offlineSelection(args, 'status')
  if (offline !== undefined) return (await import('./status-own.ts')).ownStatusOf(await context.open(offline), context)
  const { contexts } = contextsOf(args)
  return contexts === undefined
    ? (await import('./status-mesh.ts')).statusOfMesh(args, context)
    : (await import('./status-contexts.ts')).statusOfContexts(contexts, args, context)
}

/**
 * Whether two sides are compared: a POD, or an Envoy and a control plane in files.
 * @throws UsageError when the targets do not go together
 */
function isDiff(args: Args): boolean {
  const [pod] = args.positionals
  const saved = args.strings('control-plane-file').length
  const offline = isOffline(args)
  if (args.string('selector') !== undefined && (pod !== undefined || offline)) {
    throw new UsageError('--selector narrows the table: it goes with none of POD, --file and --url')
  }
  if (args.string('contexts') !== undefined) {
    if (pod !== undefined)
      throw new UsageError('--contexts shows the meshes of several clusters: a POD is in one of them', {
        hint: `Name that one: --context NAME ${pod}`,
      })
    if (offline || saved > 0 || captureOf(args) !== undefined || args.string('xds-address') !== undefined)
      throw new UsageError(
        '--contexts names clusters: it goes with none of --capture, --control-plane-file, --url, --file and --xds-address',
      )
  }
  const diff = pod !== undefined || (offline && saved > 0)
  if (diff && args.string('status') !== undefined) {
    throw new UsageError('--status narrows the table: it does not go with the difference of one proxy', {
      hint: 'Leave out POD, or narrow the difference with --type: cds, lds, rds, eds, sds, ecds.',
    })
  }
  if (diff && isRowWatch(args)) {
    throw new UsageError('--watch prints rows of the table: it does not go with the difference of one proxy', {
      hint: 'What changes in one proxy: kubectl proxy-config watch POD',
    })
  }
  if (diff && saved > 1) throw new UsageError('only one --control-plane-file can be compared')
  return diff
}
