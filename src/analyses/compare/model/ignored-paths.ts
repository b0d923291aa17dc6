import { UsageError } from '../../../errors.ts'
import type { Change, Step } from '../../diff/delta.ts'
import { type ComparableKind, kindNamed } from './comparable-kinds.ts'

/** A place of resources whose differences do not count. */
export interface IgnoredPath {
  /** As the command line has it. */
  readonly text: string
  /** All kinds without it. */
  readonly kind: ComparableKind | undefined
  /** All resources without it. */
  readonly name: string | undefined
  /** Fields from the resource inwards, with the elements where they are named. */
  readonly parts: readonly Part[]
  /** Whether the first field may stand anywhere inside. */
  readonly anywhere: boolean
}

type Part = { readonly field: string } | { readonly element: string }

/**
 * Reads `[KIND[/NAME]:]FIELD.FIELD[ELEMENT]…`, the path as diff prints it: `routes:virtual_hosts[reviews:80].routes.route.timeout`,
 * `..connect_timeout` for a field anywhere inside. An element that is left out, or `*`, is any.
 * @throws UsageError for what cannot be read
 */
export function ignoredPath(text: string): IgnoredPath {
  const [, place, path = ''] = /^(?:([A-Za-z]+(?:\/[^\s]*?)?):)?([^:].*)$/s.exec(text) ?? []
  const [kindText, ...name] = place?.split('/') ?? []
  const kind = kindText === undefined ? undefined : kindNamed(kindText)
  const anywhere = path.startsWith('..')
  const parts = partsOf(anywhere ? path.slice(2) : path)
  if (parts === undefined || (kindText !== undefined && kind === undefined))
    throw new UsageError(`--ignore cannot read ${JSON.stringify(text)}`, {
      hint: 'It is [KIND[/NAME]:]PATH with the path as diff prints it: routes:virtual_hosts.routes.route.timeout, or ..FIELD for a field anywhere.',
    })
  return { text, kind, name: name.length === 0 ? undefined : name.join('/'), parts, anywhere }
}

function partsOf(path: string): Part[] | undefined {
  const parts: Part[] = []
  const token = /(?:^|\.)([\w@-]+)|\[("(?:[^"\\]|\\.)*"|[^\]]*)\]/gy
  let end = 0
  for (let found = token.exec(path); found !== null; found = token.exec(path)) {
    const [, field, element] = found
    if (field !== undefined) parts.push({ field })
    else if (element !== undefined && element !== '*') parts.push({ element: unquoted(element) })
    end = token.lastIndex
  }
  return parts.length === 0 || end !== path.length ? undefined : parts
}

function unquoted(element: string): string {
  return /^".*"$/s.test(element) ? element.slice(1, -1).replace(/\\(.)/gs, '$1') : element
}

/** The places that a change lies at or inside of. */
export function placesOf(
  { steps }: Change,
  { kind, name }: { readonly kind: ComparableKind; readonly name: string },
  ignored: readonly IgnoredPath[],
): readonly IgnoredPath[] {
  return ignored.filter((path) => {
    if (path.kind !== undefined && path.kind !== kind) return false
    if (path.name !== undefined && path.name !== name) return false
    const starts = path.anywhere ? steps.map((_, index) => index) : [0]
    return starts.some((start) => isWithin(steps.slice(start), path.parts))
  })
}

/** Elements that the path does not name are passed over. */
function isWithin(steps: readonly Step[], parts: readonly Part[]): boolean {
  let at = 0
  for (const part of parts) {
    while ('field' in part && isElement(steps[at])) at++
    const step = steps[at]
    if (step === undefined) return false
    const fits =
      'field' in part
        ? 'field' in step && step.field === part.field
        : ('element' in step && step.element === part.element) || ('field' in step && step.field === part.element)
    if (!fits) return false
    at++
  }
  return true
}

function isElement(step: Step | undefined): boolean {
  return step !== undefined && 'element' in step
}
