import type { Analysis } from '../../contract/analysis.ts'
import { listeners } from '../../resources/listeners.ts'
import type { RequestSpec } from '../../walk/request/request-spec.ts'
import { tokenOf } from '../request-options/token-of.ts'
import { answerRows } from './answer-view.ts'
import { resolveAuthzRequest } from './authz-request.ts'
import { type AuthzAnswer, checkAtEachPort } from './check-request.ts'
import { refuseCheck } from './refuse-check.ts'
import { requestOf } from './request-argument.ts'
import { requestVerdictSchema } from './schemas.ts'

interface Loaded {
  readonly answer: AuthzAnswer
  readonly notes: readonly string[]
}

interface OfProxy {
  readonly proxy: string
  readonly answer: AuthzAnswer
}

/** What the policies of each proxy say to a request. */
export const requestAnalysis: Analysis<RequestSpec, Loaded, readonly OfProxy[]> = {
  needs: { about: listeners, whole: true, sections: 'all' },
  apart: true,
  schema: requestVerdictSchema,
  options(args, { text }) {
    refuseCheck(args)
    return { ...requestOf(args), token: tokenOf(args, text) }
  },
  facts({ dump }, spec) {
    const { request, others, notes } = resolveAuthzRequest(spec, dump)
    const found = checkAtEachPort(dump, request, others)
    return { answer: found.answer, notes: [...notes, ...found.notes] }
  },
  notes: ({ notes }) => notes,
  reduce: (proxies) =>
    proxies.flatMap((each) => ('facts' in each ? [{ proxy: each.name, answer: each.facts.answer }] : [])),
  rows: (all) => all.flatMap(({ proxy, answer }) => answerRows(answer).map((row) => ({ ...row, proxy }))),
  documents: (all) => all.map(({ proxy, answer }) => ({ proxy, document: { value: answer }, raw: { value: answer } })),
  empty: () => '',
  fails: (all) => all.some(({ answer }) => answer.verdict === 'denied'),
}
