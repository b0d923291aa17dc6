/** Levels of Envoy; ztunnel takes them too, and has no more. */
const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off']

/**
 * Values of `--level`: `debug`, or `LOGGER:LEVEL`, several with commas. What is typed before the last comma stays.
 * @param loggersOf asks for the names of the loggers, where they can be asked for
 */
export async function levelCandidates(
  typed: string,
  loggersOf: (() => Promise<readonly string[]>) | undefined,
): Promise<string[]> {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1)
  const [, logger = ''] = /^(.+[:=])[^:=]*$/.exec(typed.slice(before.length)) ?? []
  const texts = levels.map((level) => `${logger}${level}`)
  const loggers = logger === '' ? ((await loggersOf?.().catch(() => [])) ?? []) : []
  return [...texts, ...loggers.map((each) => `${each}:`)].map((text) => `${before}${text}`)
}
