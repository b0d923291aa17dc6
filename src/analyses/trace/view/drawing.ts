import type { GraphNode, TraceGraph } from './graph.ts'

/** The graph in Mermaid's flowchart language. */
export function mermaid({ nodes, edges }: TraceGraph): string[] {
  return [
    'flowchart TD',
    ...nodes.map((node) => {
      const [open, close] = mermaidShapes[node.kind]
      return `  ${node.id}${open}"${linesOf(node).map(mermaidText).join('<br/>')}"${close}`
    }),
    ...edges.map(({ from, to, probability }) => `  ${from} -->${share(probability, (text) => `|${text}|`)} ${to}`),
    ...states.flatMap((state) => {
      const those = nodes.filter((node) => node.state === state).map(({ id }) => id)
      if (those.length === 0) return []
      return [
        `  classDef ${state} stroke:${colours[state]},color:${colours[state]}`,
        `  class ${those.join(',')} ${state}`,
      ]
    }),
  ]
}

/** The graph in Graphviz' DOT language. */
export function dot({ nodes, edges }: TraceGraph): string[] {
  return [
    'digraph trace {',
    '  node [shape=box]',
    ...nodes.map((node) => {
      const { id, kind, state } = node
      const shape = dotShapes[kind] === undefined ? '' : `, shape=${dotShapes[kind]}`
      const colour = state === undefined ? '' : `, color="${colours[state]}", fontcolor="${colours[state]}"`
      return `  ${id} [label="${linesOf(node).map(quoted).join('\\n')}"${shape}${colour}]`
    }),
    ...edges.map(
      ({ from, to, probability }) => `  ${from} -> ${to}${share(probability, (text) => ` [label="${text}"]`)}`,
    ),
    '}',
  ]
}

/** Certain steps carry no label. */
function share(probability: number, wrap: (text: string) => string): string {
  return probability > 0.9999 ? '' : wrap(`${Number((probability * 100).toPrecision(3))} %`)
}

const mermaidShapes: Readonly<Record<GraphNode['kind'], readonly [string, string]>> = {
  request: ['([', '])'],
  listener: ['[/', '/]'],
  chain: ['[', ']'],
  host: ['[', ']'],
  route: ['[', ']'],
  condition: ['{', '}'],
  cluster: ['[[', ']]'],
  endpoint: ['((', '))'],
  outcome: ['{{', '}}'],
}

const dotShapes: Readonly<Partial<Record<GraphNode['kind'], string>>> = {
  request: 'oval',
  listener: 'parallelogram',
  condition: 'diamond',
  cluster: 'box3d',
  endpoint: 'ellipse',
  outcome: 'hexagon',
}

/** Mermaid reads entities in quoted labels; quotes, angles and line breaks would end or style the label. */
function mermaidText(label: string): string {
  return label.replace(/[^\p{L}\p{N} .,:;/|*()[\]{}=+_?~-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`)
}

function quoted(label: string): string {
  return label.replace(/[\\"]/g, '\\$&').replace(/[\u0000-\u001f]/g, ' ')
}

const states = ['failed', 'uncertain'] as const
const colours: Readonly<Record<(typeof states)[number], string>> = { failed: '#c00000', uncertain: '#a06000' }

/** What stands in a node: its kind and name, the object behind it, the reason. The first and the last speak for themselves. */
function linesOf({ kind, label, object, reason }: GraphNode): string[] {
  const name = kind === 'request' || kind === 'outcome' || kind === 'condition' ? label : `${kind} ${label}`
  return [name, object, reason].filter((line) => line !== undefined && line !== '').map(String)
}
