/** What a policy asks for, free of how Envoy writes it. A leaf says what of the request has which value. */
export type Condition =
  | { readonly is: 'always' }
  | { readonly is: 'leaf'; readonly subject: string; readonly value: string }
  | { readonly is: 'all' | 'any'; readonly parts: readonly Condition[] }
  | { readonly is: 'not'; readonly part: Condition }

/** The condition in words: `method GET or HEAD, path /info or /data/*, not source ip 10.0.0.0/8`. A comma is an "and". */
export function conditionWords(condition: Condition): string {
  return words(simplified(condition)) || 'always'
}

const never: Condition = { is: 'any', parts: [] }

function isNever(condition: Condition): boolean {
  return condition.is === 'any' && condition.parts.length === 0
}

/** Without lists of one, and without conditions that always or never hold beside others. */
function simplified(condition: Condition): Condition {
  if (condition.is === 'not') {
    const part = simplified(condition.part)
    return part.is === 'always' ? never : isNever(part) ? { is: 'always' } : { is: 'not', part }
  }
  if (condition.is !== 'all' && condition.is !== 'any') return condition
  const { is } = condition
  const parts = condition.parts
    .map(simplified)
    .flatMap((part) => (part.is === is ? part.parts : [part]))
    .filter((part) => (is === 'any' ? !isNever(part) : part.is !== 'always'))
  if (is === 'any' && parts.some((part) => part.is === 'always')) return { is: 'always' }
  if (is === 'all' && parts.some(isNever)) return never
  const [only, ...others] = parts
  if (only === undefined) return is === 'all' ? { is: 'always' } : never
  return others.length === 0 ? only : { is, parts }
}

function words(condition: Condition): string {
  if (condition.is === 'always') return ''
  if (condition.is === 'leaf') return leafWords(condition.subject, [condition.value])
  if (condition.is === 'not') return notWords(condition.part)
  if (condition.is === 'all') return condition.parts.map(partOfAll).join(', ')
  if (condition.parts.length === 0) return 'never'
  return (
    ofOneSubject(condition.parts) ??
    condition.parts.map((part) => (part.is === 'all' ? `(${words(part)})` : words(part))).join(' or ')
  )
}

/** Alternatives about several things need parentheses beside a comma. */
function partOfAll(part: Condition): string {
  return part.is === 'any' && part.parts.length > 1 && ofOneSubject(part.parts) === undefined
    ? `(${words(part)})`
    : words(part)
}

function notWords(part: Condition): string {
  if (part.is === 'leaf') return `not ${words(part)}`
  const grouped = part.is === 'any' ? ofOneSubject(part.parts) : undefined
  return grouped === undefined ? `not (${words(part)})` : `not ${grouped}`
}

/** `path /a or /b`, when all alternatives are about the same thing. */
function ofOneSubject(parts: readonly Condition[]): string | undefined {
  const leaves = parts.filter((part) => part.is === 'leaf')
  const [first] = leaves
  if (first === undefined || leaves.length < parts.length) return undefined
  if (leaves.some(({ subject }) => subject !== first.subject)) return undefined
  return leafWords(
    first.subject,
    leaves.map(({ value }) => value),
  )
}

function leafWords(subject: string, values: readonly string[]): string {
  return [subject, values.filter(Boolean).join(' or ')].filter(Boolean).join(' ')
}
