import { UsageError } from '../../errors.ts'
import { findResults } from './find-results.ts'
import type { PathPart, TemplateNode } from './nodes.ts'
import { parseTemplate } from './parse-template.ts'
import { pathSteps, type Step } from './path-steps.ts'
import { TemplateFailure } from './template-failure.ts'

/** What a template is evaluated over. */
export interface TemplateData {
  /** The document. */
  readonly value: unknown
  /** What `.items` is where the document has no member of that name: its list, as kubectl's are. */
  readonly items: readonly unknown[]
}

/** A template that is ready to be evaluated. */
export interface TemplateProgram {
  /**
   * What stands at each place of the template: a text of the template itself, or what a path found.
   * @throws UsageError where kubectl gives up as well: an index that a list does not have, a comparison of a number with a text
   */
  results(data: TemplateData): Generator<string | readonly unknown[]>
}

type Instruction =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly steps: readonly Step[]; readonly ofItems: boolean }
  | {
      readonly kind: 'range'
      readonly steps: readonly Step[]
      readonly ofItems: boolean
      readonly body: readonly Instruction[]
    }

/** @throws UsageError for a template that cannot be read */
export function templateProgram(template: string): TemplateProgram {
  const instructions = orFault(template, () => parseTemplate(template).map((node) => instruction(node, true)))
  return {
    *results({ value, items }) {
      const isOwn = Array.isArray(value) || !isRecord(value) || !Object.hasOwn(value, 'items')
      yield* orFaultEach(template, evaluated(instructions, value, isOwn ? { items } : value))
    },
  }
}

/** One path of a column or of --sort-by, in any of kubectl's spellings: `{.a.b}`, `.a.b`, `a.b`. */
export function pathProgram(path: string): (item: unknown) => readonly unknown[] {
  const [, inBraces, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path) ?? []
  const plain = inBraces ?? bare
  if (plain === undefined)
    throw new UsageError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}', got ${JSON.stringify(path)}`,
    )
  const program = templateProgram(/^[[$@]/.test(plain) ? `{${plain}}` : `{.${plain}}`)
  return (item) =>
    [...program.results({ value: item, items: [item] })].flatMap((result) =>
      typeof result === 'string' ? [] : [...result],
    )
}

function instruction(node: TemplateNode, isOutermost: boolean): Instruction {
  if (node.kind === 'text') return node
  const [only, ...others] = node.parts
  // A quoted text is the template's own.
  if (node.kind === 'path' && only?.kind === 'literal' && typeof only.value === 'string' && others.length === 0)
    return { kind: 'text', text: only.value }
  const steps = pathSteps(node.parts)
  const ofItems = isOutermost && isItems(node.parts)
  if (node.kind === 'path') return { kind: 'path', steps, ofItems }
  return { kind: 'range', steps, ofItems, body: node.body.map((inner) => instruction(inner, false)) }
}

function isItems([first]: readonly PathPart[]): boolean {
  return first?.kind === 'field' && first.name === 'items'
}

function* evaluated(
  instructions: readonly Instruction[],
  value: unknown,
  list: unknown,
): Generator<string | readonly unknown[]> {
  for (const each of instructions) {
    if (each.kind === 'text') {
      yield each.text
      continue
    }
    const found = findResults(each.steps, each.ofItems ? list : value)
    if (each.kind === 'path') yield found
    else for (const item of found) yield* evaluated(each.body, item, item)
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function orFault<T>(template: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw asUsageError(template, error)
  }
}

function* orFaultEach<T>(template: string, results: Iterable<T>): Generator<T> {
  try {
    yield* results
  } catch (error) {
    throw asUsageError(template, error)
  }
}

function asUsageError(template: string, error: unknown): unknown {
  if (!(error instanceof TemplateFailure)) return error
  return new UsageError(`error executing jsonpath ${JSON.stringify(template)}: ${error.message}`, {
    hint: 'The paths are those of -o json; .items is its list.',
  })
}
