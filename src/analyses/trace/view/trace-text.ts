import type { ControlPlane } from '../../../envoy/control-plane/control-plane.ts'
import { percent } from '../../../envoy/text/percent.ts'
import type { Outcome } from '../../../semantics/outcome.ts'
import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import { reasonText } from '../../../semantics/reasons/reason-text.ts'
import type { TraceRequest } from '../../../semantics/request.ts'
import type { TextLine, Tone } from '../../../view.ts'
import { describeRequest } from '../../../walk/request/describe-request.ts'
import type { Alternative, Trace } from '../../../walk/trace-result.ts'
import { adviceFor } from '../advice/advice.ts'
import { type HopLine, type HopTextOptions, hopLines } from './hop-lines.ts'
import { outcomeTone } from './outcome-tone.ts'
import { responseLines } from './response-lines.ts'

/**
 * The trace as text, top to bottom: one line per part of the way with its name, the reason and the API object behind it, then the
 * outcome and what to do about it. Names come from the dump: escape the lines before a terminal sees them.
 */
export function renderText(
  request: TraceRequest,
  { alternatives, controlPlane }: Trace,
  options: HopTextOptions = {},
): TextLine[] {
  const ways = alternatives.map(({ hops }) => hops.flatMap((hop) => hopLines(hop, options)))
  const shared = sharedLines(ways)
  const layout = layoutOf(ways.flat())
  const lines: TextLine[] = [describeRequest(request), '', ...(ways[0] ?? []).slice(0, shared).map(layout)]
  for (const [index, alternative] of alternatives.entries()) {
    const { probability } = alternative
    if (alternatives.length > 1)
      lines.push('', `${percent(probability)} of requests (${index + 1} of ${alternatives.length}):`)
    for (const line of (ways[index] ?? []).slice(shared)) lines.push(layout(line))
    for (const line of ending(alternative, controlPlane)) lines.push(line)
  }
  const followed = alternatives.reduce((sum, { probability }) => sum + probability, 0)
  // Shares of all ways add up to 1 but for rounding.
  if (followed < 1 - 1e-6)
    lines.push('', `${percent(1 - followed)} of requests: not followed, there are too many ways; --random follows one.`)
  return lines
}

/** How many leading lines all ways have in common. */
function sharedLines(ways: readonly (readonly HopLine[])[]): number {
  const [first = [], ...others] = ways
  const same = (a: HopLine | undefined, b: HopLine): boolean =>
    a?.part === b.part && a.name === b.name && a.why === b.why
  const different = first.findIndex((line, index) => !others.every((way) => same(way[index], line)))
  return different < 0 ? first.length : different
}

function layoutOf(lines: readonly HopLine[]): (line: HopLine) => string {
  let partWidth = 8
  let longestName = 0
  for (const { part, name, why } of lines) {
    partWidth = Math.max(partWidth, part.length)
    if (why !== undefined) longestName = Math.max(longestName, name.length)
  }
  const nameWidth = Math.min(60, longestName)
  return ({ part, name, why }) => {
    const head = `  ${part.padEnd(partWidth)}  ${why === undefined ? name : name.padEnd(nameWidth)}`
    return (why === undefined ? head : `${head}  ${why}`).trimEnd()
  }
}

function ending({ hops, outcome }: Alternative, plane: ControlPlane | undefined): TextLine[] {
  const { kind, status, flags, details, location, response, grpc } = outcome
  const facts = [status, flags, details].filter((fact) => fact !== undefined && fact !== '' && fact !== 'via_upstream')
  const advice = adviceFor(outcome, hops.at(-1), plane)
  return [
    toned(`  => ${[words[kind], ...facts].join(' ')}${ifText(outcome)}: ${outcomeText(outcome)}`, outcomeTone(outcome)),
    ...(location === undefined ? [] : [`     Location: ${location}`]),
    ...(response === undefined
      ? []
      : responseLines(response, grpc?.httpStatus ?? status).map((line) => `     ${line}`)),
    ...hops.flatMap(({ warnings = [] }) =>
      warnings.map((warning) => toned(`     Warning: ${reasonText(warning)}`, 'warning')),
    ),
    ...(advice === undefined ? [] : [`     Next: ${advice}`]),
  ]
}

function toned(text: string, tone: Tone | undefined): TextLine {
  return tone === undefined ? text : { text, tone }
}

/** `, if the authorization service allows it`; empty when the outcome is certain. */
function ifText({ kind, conditions }: Alternative['outcome']): string {
  if (conditions.length === 0 || kind === 'undecidable') return ''
  const texts = conditions.map(conditionText)
  const last = texts.pop()
  return `, if ${texts.length === 0 ? last : `${texts.join(', ')} and ${last}`}`
}

const words: Readonly<Record<Outcome['kind'], string>> = {
  upstream: 'sent upstream',
  tcp: 'connected upstream',
  redirect: 'redirected',
  directResponse: 'answered by the proxy',
  noListener: 'no listener',
  noFilterChain: 'no filter chain',
  noRoute: 'no route',
  noCluster: 'no cluster',
  noHealthyUpstream: 'no healthy upstream',
  denied: 'denied',
  undecidable: 'not decidable from a dump',
}
