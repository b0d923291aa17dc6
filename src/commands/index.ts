import { analyses } from '../analyses/index.ts'
import type { Command } from '../contract/command.ts'
import { resourceKinds } from '../resources/index.ts'
import { all } from './all.ts'
import { commandOf } from './analysis/command-of.ts'
import { capture } from './capture.ts'
import { completion } from './completion.ts'
import { describe } from './describe.ts'
import { diff } from './diff.ts'
import { explain } from './explain.ts'
import { exportRows } from './export.ts'
import { info } from './info.ts'
import { lint } from './lint.ts'
import { log } from './log.ts'
import { options } from './options.ts'
import { query } from './query.ts'
import { report } from './report.ts'
import { schema } from './schema.ts'
import { show } from './show.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { trace } from './trace.ts'
import { wait } from './wait.ts'
import { watch } from './watch.ts'
import { ztunnel } from './ztunnel.ts'

/** THE list of subcommands, in the order help shows them. */
export const commands: readonly Command[] = [
  trace,
  explain,
  ...resourceKinds.map((resourceKind) => show(resourceKind)),
  status,
  all,
  ...analyses.map(commandOf),
  diff,
  watch,
  wait,
  lint,
  describe,
  info,
  stats,
  log,
  ztunnel,
  capture,
  query,
  exportRows,
  report,
  schema,
  completion,
  options,
]
