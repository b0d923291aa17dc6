import {
  type FilterFunction,
  FunctionExpressionType,
  JSONPathEnvironment,
  JSONPathError,
  JSONPathNodeList,
  type JSONPathQuery,
  Nothing,
} from 'json-p3'
import { compare } from './compare.ts'
import type { Filter, PathPart, Slice } from './nodes.ts'
import { TemplateFailure } from './template-failure.ts'

/** A path as what is asked of json-p3, step by step, and what kubectl wants to be true of a value before it. */
export type Step =
  | { readonly kind: 'query'; readonly query: JSONPathQuery; readonly check?: (value: unknown) => void }
  | { readonly kind: 'union'; readonly paths: readonly (readonly Step[])[] }
  | { readonly kind: 'literal'; readonly value: unknown }

const comparison: FilterFunction = {
  argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
  returnType: FunctionExpressionType.LogicalType,
  call: (left, operator, right) => compare(foundValue(left), String(operator), foundValue(right)),
}

/** A query that finds nothing is Nothing, or a list without nodes. */
function foundValue(found: unknown): unknown {
  if (found instanceof JSONPathNodeList) return found.nodes[0]?.value
  return found === Nothing ? undefined : found
}

// Documents are nested no deeper than the reader lets them; the library counts levels, and would give up at 50.
const environment = new JSONPathEnvironment({ maxRecursionDepth: 100_000 })
environment.functionRegister.set('compare', comparison)

/**
 * The steps of a path, as queries of RFC 9535. Names and numbers are quoted anew, so that nothing of a template is read as syntax.
 * @throws TemplateFailure for what RFC 9535 has no query for
 */
export function pathSteps(parts: readonly PathPart[]): readonly Step[] {
  const steps: Step[] = []
  let path = ''
  const flush = () => {
    if (path !== '') steps.push({ kind: 'query', query: compiled(`$${path}`) })
    path = ''
  }
  for (const [at, part] of parts.entries()) {
    const descends = parts[at - 1]?.kind === 'recursive'
    if (part.kind === 'field' || part.kind === 'wildcard') path += (descends ? '..' : '') + selector(part)
    else if (part.kind === 'recursive') {
      const next = parts[at + 1]
      if (next?.kind !== 'field' && next?.kind !== 'wildcard')
        throw new TemplateFailure('recursive descent needs a name behind it')
    } else {
      flush()
      steps.push(ownStep(part))
    }
  }
  flush()
  return steps
}

function ownStep(part: Exclude<PathPart, { kind: 'field' | 'wildcard' | 'recursive' }>): Step {
  switch (part.kind) {
    case 'literal':
      return part
    case 'union':
      return { kind: 'union', paths: part.paths.map(pathSteps) }
    case 'slice':
      return { kind: 'query', query: compiled(`$${selector(part)}`), check: (value) => checkSlice(value, part) }
    case 'filter':
      return { kind: 'query', query: compiled(`$${selector(part)}`), check: checkFiltered }
  }
}

function compiled(path: string): JSONPathQuery {
  try {
    return environment.compile(path)
  } catch (error) {
    if (!(error instanceof JSONPathError)) throw error
    // The one thing that a path can have and a comparison cannot.
    throw new TemplateFailure('can only compare one element at a time')
  }
}

function selector(part: PathPart): string {
  switch (part.kind) {
    case 'field':
      return `[${JSON.stringify(part.name)}]`
    case 'wildcard':
      return '[*]'
    case 'slice':
      return part.isIndex ? `[${part.from ?? 0}]` : `[${part.from ?? ''}:${part.to ?? ''}:${part.step ?? 1}]`
    case 'filter':
      return `[?${condition(part)}]`
    default:
      throw new TemplateFailure('a filter takes a path or a value on each side')
  }
}

function condition({ left, comparison: compared }: Filter): string {
  if (compared === undefined) return operand(left)
  return `compare(${operand(left)}, ${JSON.stringify(compared.operator)}, ${operand(compared.right)})`
}

function operand(parts: readonly PathPart[]): string {
  const [first, ...others] = parts
  if (first?.kind === 'literal' && others.length === 0) return JSON.stringify(first.value)
  return `@${parts.map((part) => (part.kind === 'recursive' ? '..' : selector(part))).join('')}`
}

function checkSlice(value: unknown, { from, to, isIndex }: Slice): void {
  if (!Array.isArray(value)) throw new TemplateFailure(`${typeName(value)} is not array or slice`)
  const { length } = value
  const absolute = (place: number) => (place < 0 ? place + length : place)
  const start = absolute(from ?? 0)
  const end = isIndex ? start + 1 : absolute(to ?? length)
  if (start === end) return
  const outside = (index: number) => new TemplateFailure(`array index out of bounds: index ${index}, length ${length}`)
  if (start >= length || start < 0) throw outside(start)
  if (end > length || end < 0) throw outside(end - 1)
  if (start > end) throw new TemplateFailure(`starting index ${start} is greater than ending index ${end}`)
}

function checkFiltered(value: unknown): void {
  if (!Array.isArray(value))
    throw new TemplateFailure(`${typeName(value)} is not array or slice and cannot be filtered`)
}

function typeName(value: unknown): string {
  return typeof value === 'object' ? 'map' : typeof value
}
