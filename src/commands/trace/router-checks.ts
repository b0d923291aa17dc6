import { routeCount } from '../../analyses/trace/cases/coverage.ts'
import { routerCheck } from '../../analyses/trace/cases/router-check.ts'
import type { Args } from '../../contract/command.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { UsageError } from '../../errors.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import type { CaseChecks } from './case-checks.ts'

/** Cases in the format of Envoy's router check tool: requests to one route configuration, whatever listeners there are. */
export function routerChecks(dump: ConfigDump, args: Args): CaseChecks {
  const table = routeTable(dump, args)
  const count = routeCount(() => [table])
  return {
    count,
    async check(value) {
      const { failures, virtualHost, routeIndex } = routerCheck(table.resource, value)
      count.take(table.name, virtualHost ?? '', routeIndex)
      return { failures, result: { virtualHost } }
    },
  }
}

/** The route configuration that a router check runs against: the only one, or the one named by --route-configuration. */
function routeTable(dump: ConfigDump, args: Args): Entry {
  const wanted = args.string('route-configuration')
  const tables = dump.entries('routes').filter((entry) => serves(entry) && (wanted ?? entry.name) === entry.name)
  const [only, second] = tables
  if (only === undefined) throw new UsageError(`the dump has no route configuration ${wanted ?? ''}`.trimEnd())
  if (second !== undefined && wanted === undefined) {
    throw new UsageError(`the dump has ${tables.length} route configurations: name one with --route-configuration`, {
      hint: tables.map(({ name }) => name).join(', '),
    })
  }
  return only
}
