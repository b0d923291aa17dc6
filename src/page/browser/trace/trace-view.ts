import { askTrace, type TraceAnswer } from '../../../analyses/trace/question/ask-trace.ts'
import { type Question, queryOf, questionIn } from '../../../analyses/trace/question/question.ts'
import { fragmentOf } from '../../read/place.ts'
import { element } from '../element.ts'
import type { PageData, PageProxy } from '../proxies.ts'
import { proxyTabs } from '../proxy-tabs.ts'
import type { PageView } from '../view.ts'
import { answerParts } from './answer-parts.ts'
import { questionForm } from './question-form.ts'

/** The trace box: where a request goes through a proxy, and why. The question is the address, so that a link answers. */
export const traceView: PageView = {
  shows: ({ parts: [word, id, what, ...more] }) =>
    word === 'proxy' && id !== undefined && what === 'trace' && more.length === 0,
  title: ({ parts: [, id = ''] }) => `Trace through ${id}`,
  async show(host, { parts: [, id = ''], query }, page) {
    const proxy = page.requireProxy(id)
    host.append(proxyTabs(proxy, 'trace'))
    const isAsked = [...query].length > 0
    let question: Question = { url: undefined, flags: new Map([['explain', ['true']]]) }
    try {
      if (isAsked) question = questionIn(query)
    } finally {
      host.append(questionForm(question, (asked) => traceAddress(id, asked)))
    }
    if (!isAsked) {
      host.append(element('p', {}, 'Nothing is sent: the answer is worked out of what the proxy has loaded.'))
      return
    }
    const answer = await answerOf(question, proxy, page)
    host.append(...(await answerParts(answer, question, proxy)))
  },
}

/** The address of a question to a proxy. */
function traceAddress(proxy: string, question: Question): string {
  return fragmentOf(['proxy', proxy, 'trace'], queryOf(question))
}

/** @throws UsageError, AppError: what the program would say to the same question */
async function answerOf(question: Question, proxy: PageProxy, page: PageData): Promise<TraceAnswer> {
  const [dump, facts] = await Promise.all([proxy.dump(), proxy.traceFacts()])
  const statuses = dump.has('clusterStatuses')
    ? dump.entries('clusterStatuses').map(({ resource }) => resource)
    : undefined
  const { stats, annotations, savedAt } = facts
  const saved = savedAt === undefined ? undefined : new Date(savedAt)
  return askTrace(question, {
    label: proxy.id,
    dump,
    clusters: statuses && { cluster_statuses: [...statuses] },
    stats,
    annotations,
    now: page.now,
    savedAt: saved && (() => saved),
  })
}
