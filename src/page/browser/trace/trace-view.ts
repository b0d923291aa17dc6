import { askTraceOn } from '../../../analyses/trace/question/ask-trace.ts'
import { type Question, queryOf, questionIn } from '../../../analyses/trace/question/question.ts'
import { fragmentOf } from '../../read/place.ts'
import { element } from '../element.ts'
import type { PageData } from '../proxies.ts'
import { proxyTabs } from '../proxy-tabs.ts'
import type { PageView } from '../view.ts'
import { answerParts } from './answer-parts.ts'
import { askedProxy, proxiesOnWay } from './proxy-at.ts'
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
    let question = firstQuestion(page)
    try {
      if (isAsked) question = questionIn(query)
    } finally {
      host.append(questionForm(question, (asked) => traceAddress(id, asked)))
    }
    if (!isAsked) {
      host.append(element('p', {}, 'Nothing is sent: the answer is worked out of what the proxy has loaded.'))
      return
    }
    const onWay = proxiesOnWay(page, proxy)
    const answer = await askTraceOn(question, await askedProxy(proxy, page), onWay.at)
    host.append(...(await answerParts({ answer, question, notes: onWay.notes }, proxy, page)))
  },
}

/** What is asked at first: all that is considered, and where there are other proxies, what becomes of the request there. */
function firstQuestion({ proxies }: PageData): Question {
  const flags = [['explain', ['true']] as const, ...(proxies.length > 1 ? [['follow', ['true']] as const] : [])]
  return { url: undefined, flags: new Map(flags) }
}

/** The address of a question to a proxy. */
function traceAddress(proxy: string, question: Question): string {
  return fragmentOf(['proxy', proxy, 'trace'], queryOf(question))
}
