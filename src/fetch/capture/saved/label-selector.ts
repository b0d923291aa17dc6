import { AppError } from '../../../errors.ts'

type Labels = Readonly<Record<string, unknown>>

/**
 * What a label selector chooses: `app=web`, `tier!=db`, `app in (web,api)`, `app notin (web)`, `app`, `!app`, `generation>3`, with
 * commas between.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector and apimachinery/pkg/labels
 * @throws AppError in the API server's words when it cannot be read
 */
export function labelSelector(text: string): (labels: Labels) => boolean {
  const terms = termsOf(text).map((term) => requirement(term, text))
  return (labels) => terms.every((holds) => holds(labels))
}

/** Commas part terms, but not within brackets. */
function termsOf(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
}

const key = String.raw`[A-Za-z0-9][\w./-]*`
const forms: readonly [RegExp, (name: string, values: string) => (labels: Labels) => boolean][] = [
  [new RegExp(`^(${key})$`), (name) => (labels) => labels[name] !== undefined],
  [new RegExp(`^!\\s*(${key})$`), (name) => (labels) => labels[name] === undefined],
  [new RegExp(`^(${key})\\s*={1,2}\\s*([^=!<>()\\s]*)$`), (name, value) => (labels) => labels[name] === value],
  [new RegExp(`^(${key})\\s*!=\\s*([^=!<>()\\s]*)$`), (name, value) => (labels) => labels[name] !== value],
  [new RegExp(`^(${key})\\s+in\\s*\\(([^()]*)\\)$`), (name, values) => among(name, values, true)],
  [new RegExp(`^(${key})\\s+notin\\s*\\(([^()]*)\\)$`), (name, values) => among(name, values, false)],
  [new RegExp(`^(${key})\\s*>\\s*(-?\\d+)$`), (name, bound) => (labels) => Number(labels[name]) > Number(bound)],
  [new RegExp(`^(${key})\\s*<\\s*(-?\\d+)$`), (name, bound) => (labels) => Number(labels[name]) < Number(bound)],
]

function among(name: string, values: string, wanted: boolean): (labels: Labels) => boolean {
  const set = new Set<unknown>(values.split(',').map((value) => value.trim()))
  return (labels) => (labels[name] !== undefined && set.has(labels[name])) === wanted
}

function requirement(term: string, text: string): (labels: Labels) => boolean {
  for (const [form, holds] of forms) {
    const [, name, values = ''] = form.exec(term) ?? []
    if (name !== undefined) return holds(name, values)
  }
  throw new AppError(
    `unable to parse requirement: ${JSON.stringify(term)} of the label selector ${JSON.stringify(text)}`,
  )
}
