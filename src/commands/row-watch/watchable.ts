import type { Run } from '../../contract/command.ts'
import { isRowWatch } from '../../contract/row-watch-options.ts'

/** A command as it runs with and without --watch. */
export function watchable(run: Run): Run {
  return async (args, context) =>
    isRowWatch(args) ? (await import('./watch-rows.ts')).watchRows(run, args, context) : run(args, context)
}
