import { type Json, type JsonObject, objectOf, stringOf } from '../../../src/envoy/json.ts'
import type { Rule } from '../../../src/lint/rule.ts'
import { rules } from '../../../src/lint/rules/index.ts'
import { checkProxy } from '../../../src/lint/run/check-proxy.ts'
import type { RawFinding } from '../../../src/lint/run/finding.ts'
import { type Changes, caseProxy, changed } from '../case-proxy.ts'
import { type Parts, valueAt } from './parts.ts'

/** How a defect is planted: changes as in the cases of a rule, by parts of the proxy. */
export interface Planter {
  readonly changes: Changes
  /** Rules that rightly find something more where this is planted. */
  readonly also: readonly string[]
}

/** What came of one defect. */
export type Outcome =
  /** The proxy lacks a part that is changed, has the defect already, or lacks what the rule needs. */
  | { readonly came: 'not planted'; readonly why: string }
  | { readonly came: 'found'; readonly others: readonly string[] }
  | { readonly came: 'missed'; readonly others: readonly string[] }

/** A real proxy, and what rules find in it as it is. */
export interface Field {
  readonly sections: JsonObject
  readonly parts: Parts
  readonly found: readonly RawFinding[]
}

export async function fieldOf(sections: JsonObject, parts: Parts): Promise<Field> {
  const { findings } = checkProxy(rules, await caseProxy(sections))
  return { sections, parts, found: findings }
}

/** Plants the defect of a rule in a real proxy, and asks every rule. */
export async function planted(rule: Rule, { changes, also }: Planter, field: Field): Promise<Outcome> {
  const lacking = Object.keys(changes).find((key) => !isThere(key, field))
  if (lacking !== undefined) return { came: 'not planted', why: `no ${lacking.split('.')[0]}` }
  if (hasTwoInOne(changes, field)) return { came: 'not planted', why: 'one route' }
  if (rule.profile === 'edge' && !(await isEdge(field))) return { came: 'not planted', why: 'no edge' }
  const proxy = await caseProxy(changed(filled(changes, field), field.sections, field.parts))
  const { findings, silent } = checkProxy(rules, proxy)
  const quiet = silent.find((one) => one.rule === rule.id)
  if (quiet !== undefined && 'missing' in quiet.because)
    return { came: 'not planted', why: `needs ${quiet.because.missing.join()}` }
  const before = new Set(field.found.map(keyOf))
  const places = new Set(field.found.map(placeOf))
  const fresh = findings.filter((finding) => !before.has(keyOf(finding)))
  const others = fresh
    .filter((finding) => finding.rule !== rule.id && !also.includes(finding.rule) && !places.has(placeOf(finding)))
    .map((one) => `${one.rule} ${one.resource}: ${one.message}`)
  if (fresh.some((finding) => finding.rule === rule.id)) return { came: 'found', others }
  return field.found.some((one) => one.rule === rule.id && isAtPartOf(one, changes, field))
    ? { came: 'not planted', why: 'is there already' }
    : { came: 'missed', others }
}

/** Whether a change of two routes would be one of the same route twice. */
function hasTwoInOne(changes: Changes, { parts }: Field): boolean {
  const names = new Set(Object.keys(changes).map((key) => key.split('.')[0]))
  return names.has('route') && names.has('apiRoute') && parts.get('route') === parts.get('apiRoute')
}

/** Whether the listener that is changed faces the outside. */
async function isEdge({ sections, parts }: Field): Promise<boolean> {
  const { name } = objectOf(valueAt(sections, parts.get('listener') ?? ''))
  return (await caseProxy(sections)).listeners.some((place) => place.name === name && place.isEdge)
}

/** Whether something was found in one of the resources that are changed. */
function isAtPartOf({ resource }: RawFinding, changes: Changes, { sections, parts }: Field): boolean {
  return Object.keys(changes).some((key) => {
    const [first = ''] = key.replace(/^\+|\+$|\*\d+$/g, '').split('.')
    const [kind = '', at = ''] = (parts.get(first) ?? first).split('.')
    const name = stringOf(objectOf(valueAt(sections, `${kind}.${at}`)).name)
    const table = stringOf(objectOf(valueAt(sections, parts.get('table') ?? '')).name)
    return resource === kind || resource === `${kind}/${name}` || resource === `routes/${table ?? ''}`
  })
}

function keyOf({ rule, resource, path, message }: RawFinding): string {
  return JSON.stringify([rule, resource, path, message])
}

/** What was found at the same place before is not new for being said in other words. */
function placeOf({ rule, resource, path }: RawFinding): string {
  return JSON.stringify([rule, resource, path])
}

/** Whether the part that a change names is in the proxy; `newCluster` and the like are made. */
function isThere(key: string, { sections, parts }: Field): boolean {
  const bare = key.replace(/^\+|\+$|\*\d+$/g, '')
  const [first = ''] = bare.split('.')
  if (first.startsWith('new')) return parts.has(first)
  const path = parts.get(first)
  if (path === undefined) return sections[first] !== undefined || first === bare
  return valueAt(sections, path) !== undefined
}

/** `$apiCluster` in a text stands for the name of that part. */
function filled(changes: Changes, { sections, parts }: Field): Changes {
  const text: Json = JSON.parse(
    JSON.stringify(changes).replaceAll(/\$([a-zA-Z]+)/g, (whole, part: string) => {
      const name = stringOf(objectOf(valueAt(sections, parts.get(part) ?? '')).name)
      return name === undefined ? whole : JSON.stringify(name).slice(1, -1)
    }),
  )
  return objectOf(text)
}
