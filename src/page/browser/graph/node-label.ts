import { escapeControls } from '../../../output/text/escape.ts'
import type { GraphKind, GraphNode } from './graph-model.ts'

/** What a node is, in the words of Envoy. */
export const kindNames: Readonly<Record<GraphKind, string>> = {
  listener: 'listener',
  chain: 'filter chain',
  routes: 'route configuration',
  host: 'virtual host',
  cluster: 'cluster',
  endpoint: 'endpoint',
  more: '',
}

/** Characters of a line in a box; longer ones are cut, and stand whole in the node's label. */
const maxLine = 30
const characterWidth = 7.3

/** The lines in a box: its name and, where it has one, its detail. */
export function nodeLines({ name, detail }: GraphNode): readonly string[] {
  return [cutMiddle(name), cutEnd(detail)].filter((line) => line !== '')
}

/** All that is known of a node, in one line. */
export function nodeLabel({ kind, name, detail, state, folded }: GraphNode): string {
  const what = folded === undefined ? `${kindNames[kind]} ${name}`.trim() : `${name} of cluster ${folded}`
  const fails = state === undefined ? '' : state === 'failed' ? 'requests fail here' : 'requests may fail here'
  return escapeControls([what, detail, fails].filter(Boolean).join(', '))
}

/** In pixels. The width is estimated: there is nothing to measure text with before it is drawn. */
export function nodeSize(node: GraphNode): { readonly width: number; readonly height: number } {
  const lines = [...nodeLines(node), kindNames[node.kind]]
  const widest = lines.map(columnsOf).reduce((most, columns) => Math.max(most, columns), 0)
  return { width: Math.round(Math.max(90, 20 + widest * characterWidth)), height: 18 + 16 * nodeLines(node).length }
}

/** Most of the beginning is kept, which has port, subset and service of a cluster, and the end, which has the port of a host. */
function cutMiddle(text: string): string {
  const characters = [...escapeControls(text)]
  if (characters.length <= maxLine) return characters.join('')
  return `${characters.slice(0, maxLine - 7).join('')}…${characters.slice(-6).join('')}`
}

function cutEnd(text: string): string {
  const characters = [...escapeControls(text)]
  return characters.length <= maxLine ? characters.join('') : `${characters.slice(0, maxLine - 1).join('')}…`
}

/** Characters of East Asian scripts and pictures are two wide. */
function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1), 0)
}
