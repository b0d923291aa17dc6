import type { ControlPlaneReply } from '../../analyses/status/control-plane-reply.ts'
import { isInSync, meshNotes } from '../../analyses/status/mesh-notes.ts'
import { summary } from '../../analyses/status/mesh-status.ts'
import { meshView } from '../../analyses/status/mesh-view.ts'
import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import { filterProxies, wantedStatuses, wantedTypes } from '../../analyses/status/status-filter.ts'
import type { Args, Context } from '../../contract/command.ts'
import { exitCode, UsageError } from '../../errors.ts'

interface Mesh {
  readonly proxies: readonly ProxyStatus[]
  /** What control planes answered; undefined where proxies speak for themselves. */
  readonly replies?: readonly ControlPlaneReply[]
  /** Whether all who were asked have answered. */
  readonly complete: boolean
  /** Names of the proxies that a selector chose. */
  readonly names?: ReadonlySet<string> | undefined
}

/** Prints the table that the filters leave, and below it what there is to say of its rows. */
export async function renderMesh(mesh: Mesh, args: Args, context: Context): Promise<number> {
  const found = filterProxies(mesh.proxies, {
    namespace: chosenNamespace(args),
    names: mesh.names,
    ...wantedTypes(args.string('type')),
  })
  const shown = summary(filterProxies(found, { statuses: wantedStatuses(args.string('status')) }))
  await context.render(meshView(shown, () => rawReplies(mesh.replies)))
  meshNotes(shown).forEach(context.note)
  // Nothing to be found is a mistyped namespace or cluster; nothing with `--status error` is as it should be.
  const good = mesh.complete && found.length > 0 && isInSync(shown.proxies)
  return args.boolean('exit-code') === true && !good ? exitCode.failed : exitCode.ok
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
