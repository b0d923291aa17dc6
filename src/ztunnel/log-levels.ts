import { UsageError } from '../errors.ts'

/** Levels as ztunnel knows them, by the names that Envoy and istioctl have for them. */
const levels: ReadonlyMap<string, string> = new Map(
  Object.entries({
    trace: 'trace',
    debug: 'debug',
    info: 'info',
    warn: 'warn',
    warning: 'warn',
    error: 'error',
    critical: 'error',
    off: 'off',
  }),
)

/**
 * Reads `--level` for ztunnel: `LEVEL` or `MODULE:LEVEL`, several with commas, `=` in place of `:`. Modules have `::` in their names.
 * @returns what ztunnel takes: `info,ztunnel::proxy=debug`
 * @throws UsageError for a level that does not exist
 */
export function ztunnelLevels(wanted: string): string {
  return wanted
    .split(',')
    .map((part) => {
      const [, module, level = part] = /^(.+)[:=]([^:=]*)$/.exec(part.trim()) ?? []
      const known = levels.get(level.trim())
      if (known === undefined) {
        throw new UsageError(`unrecognized logging level: ${level}`, {
          hint: `Levels: ${[...levels.keys()].join(', ')}`,
        })
      }
      return module === undefined ? known : `${module}=${known}`
    })
    .join(',')
}

/** The levels in ztunnel's answer: `current log level is hickory_server=off,info`. */
export function currentLevels(answer: string): string {
  return /current log level is (.*)/.exec(answer)?.[1]?.trim() ?? answer.trim()
}
