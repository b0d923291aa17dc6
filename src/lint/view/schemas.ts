import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { integer, listOf, oneOf, record, text } from '../../schema/json-schema.ts'
import type { ViewColumn } from '../../view.ts'
import { profiles, severities } from '../rule.ts'

/** The columns of findings; PROXIES stands where there are several. */
export const findingColumns: readonly ViewColumn[] = [
  { header: 'SEVERITY', key: 'severity' },
  { header: 'RULE', key: 'rule' },
  { header: 'RESOURCE', key: 'resourceName' },
  { header: 'MESSAGE', key: 'message' },
  { header: 'PLACES', key: 'places', types: ['number'] },
  { header: 'OBJECT', key: 'object' },
  { header: 'PROXIES', key: 'proxyCount', types: ['number'], wide: true },
  { header: 'REACHED BY', key: 'reachedBy', wide: true },
  { header: 'PATH', key: 'path', wide: true },
  { header: 'PROFILE', key: 'profile', wide: true },
  { header: 'FIX', key: 'fix', wide: true },
  { header: 'LINK', key: 'link', wide: true },
  { header: 'PROXY NAMES', key: 'proxyNames', wide: true },
]

export const ruleColumns: readonly ViewColumn[] = [
  { header: 'RULE', key: 'rule' },
  { header: 'PROFILE', key: 'profile' },
  { header: 'SEVERITY', key: 'severity' },
  { header: 'TITLE', key: 'title' },
  { header: 'DETECTS', key: 'detects', wide: true },
  { header: 'FIX', key: 'fix', wide: true },
  { header: 'LINK', key: 'link', wide: true },
]

const finding = record({
  rule: text,
  profile: oneOf(...profiles),
  severity: oneOf(...severities),
  resource: { ...text, description: 'Kind and name of the first place: `clusters/NAME`' },
  path: { ...text, description: 'Where in the resource; empty for the whole' },
  object: {
    ...text,
    description: 'API objects behind it, `virtualservice/reviews.default`; empty where nothing tells',
  },
  reachedBy: {
    ...text,
    description: 'A listener that leads there, and a domain; empty where nothing does or that is not known',
  },
  message: { ...text, description: 'What is wrong, in a sentence' },
  places: { ...integer, description: 'In all proxies together' },
  proxies: listOf(text),
  fix: text,
  link: text,
})

const rule = record(
  {
    id: text,
    profile: oneOf(...profiles),
    severity: oneOf(...severities),
    title: text,
    detects: text,
    impact: text,
    fix: text,
    sources: listOf(text),
    link: text,
  },
  { exceptions: text },
)

/** Findings. */
export const findingsSchema: AnswerSchema = {
  name: 'lint',
  title: 'A finding: one cause, in all places and proxies that have it',
  kind: 'finding',
  columns: [findingColumns],
  document: { title: 'Findings, the worst first', schema: listOf(finding) },
}

/** What `lint` prints. */
export const lintSchemas: readonly AnswerSchema[] = [
  findingsSchema,
  {
    name: 'lint-rules',
    title: 'A rule of lint',
    kind: 'rule',
    columns: [ruleColumns],
    document: { title: 'Rules of lint', schema: listOf(rule) },
  },
]
