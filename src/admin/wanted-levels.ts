import { UsageError } from '../errors.ts'

/** Levels to set: one for every logger, then those of single loggers. */
export interface WantedLevels {
  readonly all: string | undefined
  readonly loggers: ReadonlyMap<string, string>
}

/** Envoy's levels and the other name that istioctl takes for one of them. */
const levels: ReadonlyMap<string, string> = new Map(
  Object.entries({
    trace: 'trace',
    debug: 'debug',
    info: 'info',
    warning: 'warning',
    warn: 'warning',
    error: 'error',
    critical: 'critical',
    off: 'off',
  }),
)

/**
 * Reads `--level` as istioctl does: `LEVEL` or `LOGGER:LEVEL`, several with commas, `=` in place of `:`, an `ns::` before a
 * logger taken off; the logger `level` stands for all.
 * @throws UsageError for a level that does not exist
 */
export function wantedLevels(text: string): WantedLevels {
  const loggers = new Map<string, string>()
  let all: string | undefined
  for (const part of text.split(',').map((item) => item.trim())) {
    const [, logger, level] = /^([^:=]*)[:=](.*)$/.exec(part.slice(part.lastIndexOf('::') + 1).replace(/^:/, '')) ?? []
    if (logger === undefined || logger === 'level') {
      all = known(level ?? part)
      loggers.clear()
    } else loggers.set(logger, known(level ?? ''))
  }
  return { all, loggers }
}

function known(level: string): string {
  const found = levels.get(level)
  if (found !== undefined) return found
  throw new UsageError(`unrecognized logging level: ${level}`, {
    hint: `Levels: ${[...levels.keys()].join(', ')}`,
  })
}
