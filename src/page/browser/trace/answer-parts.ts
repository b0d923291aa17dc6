import type { TraceAnswer } from '../../../analyses/trace/question/ask-trace.ts'
import { traceCommandLine } from '../../../analyses/trace/question/command-line.ts'
import type { Question } from '../../../analyses/trace/question/question.ts'
import { outcomeTone } from '../../../analyses/trace/view/outcome-tone.ts'
import type { TracedRequest } from '../../../analyses/trace/view/trace-view.ts'
import { percent } from '../../../envoy/text/percent.ts'
import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import type { TextLine } from '../../../view.ts'
import type { Alternative } from '../../../walk/trace-result.ts'
import { element } from '../element.ts'
import { graphDrawing } from '../graph/graph-drawing.ts'
import { nodeAddress } from '../graph/graph-links.ts'
import { graphList } from '../graph/graph-list.ts'
import type { GraphNode, ProxyGraph } from '../graph/graph-model.ts'
import { graphOfProxy } from '../graph/graph-of-proxy.ts'
import { visibleGraph } from '../graph/visible-graph.ts'
import { wayOfTrace } from '../graph/way-of-trace.ts'
import type { PageData, PageProxy } from '../proxies.ts'

/** An answer: how it ends and how sure that is, the way through the graph, each step with its reason, and what the page cannot know. */
export async function answerParts(
  { answer, question, notes: ofWay }: Answered,
  proxy: PageProxy,
  page: PageData,
): Promise<HTMLElement[]> {
  const { traced, view } = answer
  const facts = await proxy.traceFacts()
  const notes = [...view.notes, ...ofWay, ...lacking(answer)]
  return [
    element('h2', {}, 'Outcome'),
    element(
      'div',
      { role: 'status' },
      element('ul', { class: 'trace-outcome' }, ...traced.flatMap((one) => outcomes(one, traced.length > 1))),
    ),
    ...(notes.length === 0
      ? []
      : [element('ul', { class: 'trace-notes' }, ...notes.map((note) => element('li', {}, note)))]),
    element('h2', {}, 'The way through the graph'),
    ...(await drawings(traced, page)),
    element('h2', {}, 'Steps and reasons'),
    stepsText([...(view.texts?.table?.() ?? [])]),
    element('h2', {}, 'The same on a command line'),
    element('pre', { class: 'trace-command', tabindex: 0 }, traceCommandLine(facts.target, question)),
  ]
}

/** An answer to a question, and what a reader should know of the proxies on the way. */
interface Answered {
  readonly answer: TraceAnswer
  readonly question: Question
  readonly notes: readonly string[]
}

/** @param isOfSeveral whether the request was traced in several proxies, or at several ports */
function outcomes(traced: TracedRequest, isOfSeveral: boolean): HTMLElement[] {
  const { alternatives } = traced.trace
  return alternatives.map((alternative) =>
    element(
      'li',
      { class: outcomeTone(alternative.outcome) },
      isOfSeveral ? element('span', { class: 'trace-where' }, placeText(traced)) : undefined,
      element('strong', {}, endText(alternative.outcome)),
      ` ${sureness(alternative, alternatives.length)}`,
    ),
  )
}

/** The proxy, and why the request is traced there. */
function placeText({ label, endpoint, otherPort }: TracedRequest): string {
  if (endpoint !== undefined) return `Then, in ${label}, at endpoint ${endpoint.followed}`
  return otherPort === undefined ? `In ${label}` : `In ${label}, at port ${otherPort}`
}

/** How it ends, with what clients and access logs see of it: `503 UF: …`. */
function endText(outcome: Alternative['outcome']): string {
  const code = [outcome.status, outcome.flags].filter(Boolean).join(' ')
  return code === '' ? outcomeText(outcome) : `${code}: ${outcomeText(outcome)}`
}

/** How sure an outcome is, from the trace itself. */
function sureness({ probability, outcome: { kind, conditions } }: Alternative, count: number): string {
  const share = count === 1 ? '' : `${percent(probability)} of requests. `
  if (kind === 'undecidable') return `${share}What the proxy has loaded does not decide it.`
  if (conditions.length === 0) return `${share}${count === 1 ? 'Certain, by what the proxy has loaded.' : ''}`
  return `${share}Depends on what is not in the dump: ${conditions.map(conditionText).join('; ')}.`
}

/** What the program would ask the API server. */
function lacking({ unknownHost, servicePort }: TraceAnswer): string[] {
  return [
    ...(unknownHost === undefined
      ? []
      : [`The page holds no Services: the program asks the API server for the address of ${unknownHost}.`]),
    ...(servicePort === undefined
      ? []
      : [`Port ${servicePort} counts as that of a Service: the program asks the API server for its target port.`]),
  ]
}

/** The way through each proxy, with its name where there are several. */
async function drawings(traced: TraceAnswer['traced'], page: PageData): Promise<HTMLElement[]> {
  const drawn = await Promise.all(
    traced.map(async (one) => drawing(one, await graphOfProxy(page.requireProxy(one.label)))),
  )
  return traced.flatMap((one, at) => [
    ...(traced.length > 1 ? [element('h3', {}, placeText(one))] : []),
    ...(drawn[at] ?? []),
  ])
}

function drawing({ label, trace }: TracedRequest, graph: ProxyGraph): HTMLElement[] {
  const way = wayOfTrace(trace, graph)
  if (way.nodes.size === 0) return [element('p', {}, 'No listener accepts the connection: there is no way to draw.')]
  const visible = visibleGraph(graph, { way })
  const href = (node: GraphNode): string | undefined =>
    nodeAddress(label, { listener: trace.alternatives[0]?.hops[0]?.listener, open: [] }, node)
  return [
    graphDrawing(visible, { label: `The way of the request through ${label}`, href, way: way.nodes }),
    graphList(visible, href),
  ]
}

/** The lines that `trace` prints, with the tone of each. */
function stepsText(lines: readonly TextLine[]): HTMLElement {
  return element(
    'pre',
    { class: 'trace-steps', tabindex: 0, role: 'region', 'aria-label': 'Steps and reasons' },
    ...lines.map((line) => {
      const { text, tone } = typeof line === 'string' ? { text: line, tone: undefined } : line
      return element('span', { class: tone }, text, element('br'))
    }),
  )
}
