import { refusals } from './flags/refusals.ts'
import type { ResponseFlag } from './flags/response-flag.ts'
import { streamEnds } from './flags/stream-ends.ts'
import { upstreamFailures } from './flags/upstream-failures.ts'

/**
 * Every flag of Envoy 1.36 to 1.40, the one that says most first: of several in a line the first is the cause.
 * (envoy/stream_info/stream_info.h, CoreResponseFlag)
 */
export const responseFlags: readonly ResponseFlag[] = [...refusals, ...upstreamFailures, ...streamEnds]

/** Flags by their short and their long names. */
export const flagsByName: ReadonlyMap<string, ResponseFlag> = new Map(
  responseFlags.flatMap((each) => [
    [each.flag, each],
    [each.long, each],
  ]),
)

/** The flags of a value of the log, the one that says most first; a name that this program does not know is left out. */
export function flagsOf(value: string | undefined): readonly ResponseFlag[] {
  if (value === undefined) return []
  const names = value.split(',').map((name) => flagsByName.get(name))
  return responseFlags.filter((each) => names.includes(each))
}
