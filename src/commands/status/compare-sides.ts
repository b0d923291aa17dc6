import { syncDifference } from '../../analyses/diff/sync-difference.ts'
import { proxyOf } from '../../analyses/status/proxy-name.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { answer } from '../analysis/answer.ts'

export type DiffOptions = ReturnType<typeof syncDifference.options>

interface Sides {
  readonly sent: ConfigDump
  /** The proxy for which the control plane's side is; undefined when it does not say. */
  readonly sentTo: string | undefined
  readonly used: ConfigDump
}

/** Shows what differs between a control plane's side and an Envoy's. @returns the exit code */
export async function compareSides(
  { sent, sentTo, used }: Sides,
  options: DiffOptions,
  context: Context,
): Promise<number> {
  for (const note of [...sent.notes, ...used.notes]) context.note(note)
  const usedBy = proxyOf(used)
  if (sentTo !== undefined && usedBy !== undefined && sentTo !== usedBy) {
    context.note(`two proxies are compared: the control plane's side is of ${sentTo}, Envoy's of ${usedBy}`)
  }
  return answer(syncDifference, { sent, used }, options, context)
}
