import type { Command } from '../command.ts'
import type { Candidate } from './directive.ts'
import type { Lookups } from './lookups.ts'

/** Levels of Envoy; ztunnel takes them too, and has no more. */
const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off']

/** Values of `--level`: `debug`, or `LOGGER:LEVEL`, several with commas. What is typed before the last comma stays. */
export async function levelCandidates(typed: string, { name }: Command, lookups: Lookups): Promise<Candidate[]> {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1)
  const [, logger = ''] = /^(.+[:=])[^:=]*$/.exec(typed.slice(before.length)) ?? []
  const texts = levels.map((level) => `${logger}${level}`)
  const loggers = logger === '' && name === 'log' ? await lookups.loggers().catch(() => []) : []
  return [...texts, ...loggers.map((each) => `${each}:`)].map((text) => ({ text: `${before}${text}` }))
}
