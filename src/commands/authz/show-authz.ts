import { answerView } from '../../analyses/authz/answer-view.ts'
import { resolveAuthzRequest } from '../../analyses/authz/authz-request.ts'
import { checkRequest } from '../../analyses/authz/check-request.ts'
import { authzPolicies } from '../../analyses/authz/policies.ts'
import { policiesView } from '../../analyses/authz/policies-view.ts'
import type { Question } from '../../analyses/trace/request/question.ts'
import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { exitCode, UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { listeners } from '../../resources/listeners.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { requireSection } from '../proxies/require-section.ts'
import { type Selected, viewOfEach } from '../proxies/view-of-each.ts'
import { tokenOf } from '../token/token-options.ts'
import { requestOf } from './authz-request.ts'

/** Policies, or with `--request` what they say to it. */
export async function showAuthz(args: Args, context: Context): Promise<number> {
  if (args.positionals[0] === 'check')
    throw new UsageError("istioctl's authz check is authz itself: check is no argument of it", {
      hint: 'Try: kubectl proxy-config authz POD; of a pod that is called so, pod/check',
    })
  const request = requestOf(args)
  const selection = selectionOf(args, { command: 'authz' })
  const selected = { selection, proxies: await context.open(selection) }
  return request === undefined
    ? showPolicies(selected, context)
    : showAnswers(selected, { ...request, token: await tokenOf(args) }, context)
}

async function showPolicies(selected: Selected, context: Context): Promise<number> {
  const { view, code } = await viewOfEach(selected, context, async (proxy) =>
    policiesView(authzPolicies(await dumpOfListeners(proxy, context)), proxy.label),
  )
  await context.render(view)
  return code
}

/** Policies are filters of listeners: without listeners, nothing is known of them. */
async function dumpOfListeners(proxy: MeshProxy, context: Context): Promise<ConfigDump> {
  const dump = await dumpOf(proxy, 'config_dump', context)
  requireSection(listeners, dump, proxy.label)
  return dump
}

async function showAnswers(selected: Selected, question: Question, context: Context): Promise<number> {
  let denied = false
  const { view, code } = await viewOfEach(selected, context, async (proxy) => {
    const dump = await dumpOfListeners(proxy, context)
    const { request, notes } = resolveAuthzRequest(question, dump)
    const { answer, notes: more } = checkRequest(dump, request)
    denied ||= answer.verdict === 'denied'
    return answerView(answer, [...notes, ...more])
  })
  await context.render(view)
  return denied ? exitCode.failed : code
}
