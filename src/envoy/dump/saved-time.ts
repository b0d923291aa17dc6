import { type Json, objectOf, stringOf } from '../json.ts'
import { kinds } from '../kinds.ts'
import type { ConfigDump } from './config-dump.ts'

/** What tells when a dump was saved, besides what it holds itself. */
export interface SavedBeside {
  /** Parsed `/server_info` of the same proxy, saved with it. */
  readonly serverInfo?: Json | undefined
  /** When its file was last written. */
  readonly written?: Date | undefined
}

const day = 24 * 60 * 60 * 1000

/** A file that was written longer after the last change of the dump is a copy: the times of a checkout or an unpacked archive. */
const longestStill = 7 * day

/**
 * When a dump was saved, as near as is known: the start of Envoy and how long it had run, or the time of the file if it is not much
 * later than the last change in the dump, or that change. Undefined when nothing has a time.
 */
export function savedTime(dump: ConfigDump, { serverInfo, written }: SavedBeside): Date | undefined {
  const latest = lastChange(dump)
  const running = whileRunning(dump, serverInfo)
  if (running !== undefined && (latest === undefined || running >= latest)) return running
  if (latest === undefined || written === undefined) return latest ?? written
  const still = written.getTime() - latest.getTime()
  return still >= 0 && still <= longestStill ? written : latest
}

function lastChange(dump: ConfigDump): Date | undefined {
  let latest = Number.NEGATIVE_INFINITY
  for (const kind of kinds) {
    for (const { lastUpdated, error } of dump.each(kind)) {
      for (const time of [lastUpdated, error?.lastAttempt]) {
        const moment = Date.parse(time ?? '')
        if (moment > latest) latest = moment
      }
    }
  }
  return Number.isFinite(latest) ? new Date(latest) : undefined
}

/** Envoy's bootstrap is as old as the process; `uptime_current_epoch` is how old that is. */
function whileRunning(dump: ConfigDump, serverInfo: Json | undefined): Date | undefined {
  const { uptime_current_epoch: snake, uptimeCurrentEpoch: camel } = objectOf(serverInfo)
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(stringOf(snake ?? camel) ?? '')?.[1])
  const started = Date.parse(dump.entries('bootstrap')[0]?.lastUpdated ?? '')
  const moment = started + seconds * 1000
  return Number.isNaN(moment) ? undefined : new Date(moment)
}
