import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { ComparedKind } from '../../envoy/kinds.ts'
import { wantedKinds } from './compared-kinds.ts'
import { diffDumps } from './diff-dumps.ts'
import { diffView } from './diff-view.ts'
import type { DumpDiff } from './dump-diff.ts'
import { diffSchema } from './schemas.ts'

interface Asked {
  readonly kinds: readonly ComparedKind[]
  /** Whether a difference decides the exit code. */
  readonly isChecked: boolean
}

interface Sides {
  /** What the control plane would send. */
  readonly sent: ConfigDump
  readonly used: ConfigDump
}

interface Answer extends Sides {
  readonly diff: DumpDiff
}

/** What differs between what a control plane would send to a proxy and what its Envoy uses. */
export const syncDifference: GatheredAnalysis<Asked, Sides, Answer> = {
  options: (args) => ({ kinds: wantedKinds(args.string('type')), isChecked: args.boolean('exit-code') === true }),
  reduce: ({ sent, used }, { kinds }) => ({ sent, used, diff: diffDumps(sent, used, kinds) }),
  schema: diffSchema,
  view: ({ diff, sent, used }) => diffView(diff, { controlPlane: sent, envoy: used }),
  fails: ({ diff }, { isChecked }) => isChecked && !diff.match,
}
