import type { GraphNode, TraceGraph } from './graph.ts'

/** The graph in Mermaid's flowchart language. */
export function mermaid({ nodes, edges }: TraceGraph): string[] {
  return [
    'flowchart TD',
    ...nodes.map(({ id, kind, label }) => {
      const [open, close] = mermaidShapes[kind]
      return `  ${id}${open}"${mermaidText(label)}"${close}`
    }),
    ...edges.map(({ from, to, probability }) => `  ${from} -->${share(probability, (text) => `|${text}|`)} ${to}`),
  ]
}

/** The graph in Graphviz' DOT language. */
export function dot({ nodes, edges }: TraceGraph): string[] {
  return [
    'digraph trace {',
    '  node [shape=box]',
    ...nodes.map(
      ({ id, kind, label }) =>
        `  ${id} [label=${quoted(label)}${dotShapes[kind] === undefined ? '' : `, shape=${dotShapes[kind]}`}]`,
    ),
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
  return `"${label.replace(/[\\"]/g, '\\$&').replace(/[\u0000-\u001f]/g, ' ')}"`
}
