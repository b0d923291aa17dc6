import type { ProxyAnalysis } from '../contract/analysis.ts'
import { readLoggers } from '../envoy/model/loggers.ts'
import { changedLoggerColumns, loggerColumns, loggersView } from './loggers-view.ts'

/** The levels of a proxy's loggers. Envoy has `/logging` as POST only, even to read it. */
export const loggers: ProxyAnalysis<undefined, ReadonlyMap<string, string>> = {
  options: () => undefined,
  facts: async ({ posted }) => readLoggers(await posted('logging')),
  schema: { name: 'log', title: 'A logger', kind: 'logger', columns: [loggerColumns, changedLoggerColumns] },
  view: loggersView,
}
