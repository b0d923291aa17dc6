import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

/** One small change of meaning in a source file. */
export interface Mutant {
  /** Path below the root. */
  readonly file: string
  /** Offsets in UTF-16 units of what is replaced. */
  readonly start: number
  readonly end: number
  readonly replacement: string
  readonly line: number
  /** What is run before it: where this is never reached, the change makes no difference. */
  readonly reached: number
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

interface Change {
  readonly start: number
  readonly end: number
  readonly replacement: string
  /** Where that is another place than the start. */
  readonly reached?: number
}

const operators: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '===': '!==',
    '!==': '===',
    '+': '-',
    '-': '+',
    '*': '/',
    '/': '*',
    '%': '*',
    '&&': '||',
    '||': '&&',
    '??': '&&',
  }),
)

const methods: ReadonlyMap<string, string> = new Map(
  Object.entries({
    some: 'every',
    every: 'some',
    min: 'max',
    max: 'min',
    startsWith: 'endsWith',
    endsWith: 'startsWith',
    find: 'findLast',
    findLast: 'find',
  }),
)

/** Calls without which a value passes through as it was. */
const transparent = /^(?:sort|toSorted|reverse|toReversed|filter|trim|toLowerCase)$/
const guards = /^(?:redact|escape|hide)/

/** Every mutant of a file: operators, literals, conditions, calls that do nothing any more, table entries that are gone. */
export function mutantsOf(root: string, file: string): Mutant[] {
  const text = readFileSync(`${root}/${file}`, 'utf8')
  const found: Mutant[] = []
  const visit = (node: Node, isTable: boolean): void => {
    for (const change of changesOf(node, text, isTable))
      found.push({ file, reached: change.start, ...change, line: text.slice(0, change.start).split('\n').length })
    for (const [key, value] of Object.entries(node)) {
      if (skipped.has(key)) continue
      for (const child of Array.isArray(value) ? value : [value]) {
        if (!isNode(child) || child.type.startsWith('TS')) {
          if (isNode(child) && unwrapped.has(child.type) && isNode(child.expression)) visit(child.expression, isTable)
          continue
        }
        if (!/^(?:Import|ExportAll)/.test(child.type)) visit(child, isTable && inTable.has(child.type))
      }
    }
  }
  for (const statement of nodes(parseSync(file, text).program.body)) visit(statement, true)
  return found
}

const skipped: ReadonlySet<string> = new Set(['typeAnnotation', 'returnType', 'typeParameters', 'typeArguments', 'key'])
const unwrapped: ReadonlySet<string> = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])

/** What may lie between a top-level declaration and the entries of the table that it declares. */
const inTable: ReadonlySet<string> = new Set([
  'ExportNamedDeclaration',
  'VariableDeclaration',
  'VariableDeclarator',
  'NewExpression',
  'CallExpression',
  'ObjectExpression',
  'ArrayExpression',
])

function changesOf(node: Node, text: string, isTable: boolean): Change[] {
  const whole = (replacement: string): Change => ({ start: node.start, end: node.end, replacement })
  const source = (part: unknown): string => (isNode(part) ? text.slice(part.start, part.end) : '')
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const { left, right, operator } = node
      const other = operators.get(String(operator))
      if (other === undefined || !isNode(left) || !isNode(right)) return []
      const start = text.indexOf(String(operator), left.end)
      // V8 counts an operator with its right side, which may never be run.
      return [{ start, end: start + String(operator).length, replacement: other, reached: left.start }]
    }
    case 'UnaryExpression':
      return node.operator === '!' ? [whole(`(${source(node.argument)})`)] : []
    case 'Literal':
      if (typeof node.value === 'boolean') return [whole(String(!node.value))]
      return typeof node.value === 'number' ? [whole(`(${node.value + 1})`)] : []
    case 'ConditionalExpression':
      return [whole(`(!(${source(node.test)}) ? ${source(node.consequent)} : ${source(node.alternate)})`)]
    case 'IfStatement': {
      const { test } = node
      return isNode(test) ? [{ start: test.start, end: test.end, replacement: `!(${source(test)})` }] : []
    }
    case 'CallExpression':
      return callChanges(node, text)
    case 'ObjectExpression':
      return isTable ? withoutEach(nodes(node.properties)) : []
    case 'ArrayExpression':
      return isTable ? withoutEach(nodes(node.elements)) : []
    default:
      return []
  }
}

function callChanges(node: Node, text: string): Change[] {
  const { callee } = node
  const list = nodes(node.arguments)
  if (!isNode(callee)) return []
  const [only] = list
  if (callee.type === 'Identifier' && list.length === 1 && only !== undefined && guards.test(String(callee.name)))
    return [{ start: node.start, end: node.end, replacement: `(${text.slice(only.start, only.end)})` }]
  const { object, property } = callee
  if (callee.type !== 'MemberExpression' || !isNode(object) || !isNode(property)) return []
  const name = String(property.name)
  const other = methods.get(name)
  if (other !== undefined) return [{ start: property.start, end: property.end, replacement: other }]
  return transparent.test(name) ? [{ start: object.end, end: node.end, replacement: '' }] : []
}

/** A table of three entries or more, each entry gone once. */
function withoutEach(entries: readonly Node[]): Change[] {
  if (entries.length < 3) return []
  return entries.map(({ start, end }, index) => {
    const next = entries[index + 1]
    return { start, end: next === undefined ? end : next.start, replacement: '' }
  })
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
