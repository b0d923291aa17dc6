import type { ProxyAnalysis, ProxyPages } from '../contract/analysis.ts'
import { AppError } from '../errors.ts'
import type { InfoPages } from './info.ts'
import { factColumns, infoView } from './info-view.ts'

/** The facts of a server, from its small admin pages. */
export const serverFacts: ProxyAnalysis<undefined, InfoPages> = {
  options: () => undefined,
  facts: readPages,
  schema: { name: 'info', title: 'A fact of the server', kind: 'fact', columns: [factColumns] },
  view: infoView,
}

/** A page that cannot be read is noted. @throws AppError when not a single one can be read */
async function readPages({ json, note }: ProxyPages): Promise<InfoPages> {
  const pages = ['server_info', 'memory', 'listeners?format=json', 'init_dump']
  const answers = await Promise.allSettled(pages.map(json))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  const unexpected = failures.find((failure) => !(failure instanceof AppError))
  if (unexpected !== undefined || failures.length === pages.length) throw unexpected ?? failures[0]
  for (const { message } of failures) note(message)
  const [server_info, memory, listeners, init_dump] = answers.map((answer) =>
    answer.status === 'fulfilled' ? answer.value : undefined,
  )
  return { server_info, memory, listeners, init_dump }
}
