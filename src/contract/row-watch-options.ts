import type { Args, Option } from './command.ts'

/** Flags of commands whose rows are about state, as `kubectl get` has them. */
export const rowWatchOptions: readonly Option[] = [
  {
    name: 'watch',
    short: 'w',
    type: 'boolean',
    describe: 'After the table, print each row whose state changes, until Ctrl-C',
  },
  { name: 'watch-only', type: 'boolean', describe: 'Print only the rows whose state changes' },
  {
    name: 'output-watch-events',
    type: 'boolean',
    describe: 'With --watch, show whether a row was ADDED, MODIFIED or DELETED',
  },
  {
    name: 'watch-interval',
    type: 'string',
    value: 'DURATION',
    describe: 'With --watch, time between two readings (10s)',
  },
]

/** Whether rows are watched. */
export function isRowWatch(args: Args): boolean {
  return args.boolean('watch') === true || args.boolean('watch-only') === true
}
