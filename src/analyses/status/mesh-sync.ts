import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { Args } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import type { ControlPlaneReply } from './control-plane-reply.ts'
import { isInSync, meshNotes } from './mesh-notes.ts'
import { type MeshStatus, summary } from './mesh-status.ts'
import { meshView } from './mesh-view.ts'
import type { ProxyStatus } from './proxy-status.ts'
import { meshSchema } from './schemas.ts'
import { filterProxies, type StatusFilter, wantedStatuses, wantedTypes } from './status-filter.ts'

interface Asked extends StatusFilter {
  /** Whether what is found decides the exit code. */
  readonly isChecked: boolean
}

/** What control planes, or proxies themselves, said. */
export interface GatheredMesh {
  readonly proxies: readonly ProxyStatus[]
  /** What control planes answered; undefined where proxies speak for themselves. */
  readonly replies?: readonly ControlPlaneReply[]
  /** Whether all who were asked have answered. */
  readonly complete: boolean
  /** Names of the proxies that a selector chose. */
  readonly names?: ReadonlySet<string> | undefined
}

interface Answer {
  readonly shown: MeshStatus
  readonly replies: readonly ControlPlaneReply[] | undefined
  /** Whether all have answered, there is a proxy, and each that is shown is in sync. */
  readonly isGood: boolean
}

/** Whether every proxy of a mesh has what its control plane sent. */
export const meshSync: GatheredAnalysis<Asked, GatheredMesh, Answer> = {
  options: (args) => ({
    namespace: chosenNamespace(args),
    ...wantedTypes(args.string('type')),
    statuses: wantedStatuses(args.string('status')),
    isChecked: args.boolean('exit-code') === true,
  }),
  reduce({ proxies, replies, complete, names }, { statuses, ...filter }) {
    const found = filterProxies(proxies, { ...filter, names })
    const shown = summary(filterProxies(found, { statuses }))
    // Nothing to be found is a mistyped namespace or cluster; nothing with `--status error` is as it should be.
    return { shown, replies, isGood: complete && found.length > 0 && isInSync(shown.proxies) }
  },
  schema: meshSchema,
  view: ({ shown, replies }) => meshView(shown, () => rawReplies(replies)),
  remarks: ({ shown }) => meshNotes(shown),
  fails: ({ isGood }, { isChecked }) => isChecked && !isGood,
}

/** What replicas answered, by their names. */
function rawReplies(replies: readonly ControlPlaneReply[] | undefined): unknown {
  if (replies !== undefined) return Object.fromEntries(replies.map(({ istiod, body }) => [istiod, body]))
  throw new UsageError('-o raw is what a control plane answered, and none was asked', {
    hint: "A proxy's own dump: kubectl proxy-config all POD -o raw",
  })
}

/** The namespace of `-n`, unless `-A` takes it back. Without either, all of the mesh is shown, as istioctl does. */
export function chosenNamespace(args: Args): string | undefined {
  return args.boolean('all-namespaces') === true ? undefined : args.string('namespace') || undefined
}
