import type { Command } from '../cli/command.ts'
import { summaries } from '../summaries/index.ts'
import { all } from './all.ts'
import { authz } from './authz.ts'
import { completion } from './completion.ts'
import { log } from './log.ts'
import { options } from './options.ts'
import { show } from './show.ts'
import { trace } from './trace.ts'
import { ztunnel } from './ztunnel.ts'

/** THE list of subcommands, in the order help shows them. */
export const commands: readonly Command[] = [
  trace,
  ...summaries.map((summary) => show(summary)),
  all,
  authz,
  log,
  ztunnel,
  completion,
  options,
]
