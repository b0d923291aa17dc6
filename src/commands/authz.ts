import type { AuthzRequest } from '../analyses/authz/authz-request.ts'
import type { Args, Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import { exitCode, UsageError } from '../errors.ts'
import type { Source } from '../mesh/source.ts'
import { listeners } from '../resources/listeners.ts'
import { requestOf, requestOptions } from './authz/authz-request.ts'
import { dumpOf } from './proxies/dump-of.ts'
import { requireSection } from './proxies/require-section.ts'
import { viewOfEach } from './proxies/view-of-each.ts'
import { tokenOf } from './token/token-options.ts'

/** Authorization policies as a proxy has loaded them, and what they say to a request. */
export const authz: Command = {
  name: 'authz',
  aliases: [],
  summary: 'Authorization policies that a proxy enforces, in words; --request evaluates them',
  description: `Shows the authorization policies that a proxy has loaded and what their rules match, in words: a comma is an "and", "|" stands
between rules, "*" for an open end, and "~" before a regular expression. With --request it evaluates them: allowed, denied or undecided,
by which policy. The exit code is 1 when the request is denied.`,
  synopsis: '[POD | TYPE/NAME]',
  examples: [
    { title: 'Policies and what their rules match', command: 'kubectl proxy-config authz productpage-v1-abc' },
    {
      title: 'May the ratings service read this page?',
      command:
        "kubectl proxy-config authz productpage-v1-abc --request 'GET /admin' --port 9080 --principal cluster.local/ns/default/sa/ratings",
    },
    {
      title: 'May a client without a certificate connect?',
      command: 'kubectl proxy-config authz --file dump.json --request tcp --port 5432',
    },
  ],
  options: [...targetOptions, ...requestOptions, ...outputOptions],
  positionals: { most: 1, are: ['target'] },
  async run(args, context) {
    if (args.positionals[0] === 'check')
      throw new UsageError("istioctl's authz check is authz itself: check is no argument of it", {
        hint: 'Try: kubectl proxy-config authz POD; of a pod that is called so, pod/check',
      })
    const request = requestOf(args)
    const sources = await context.open(args)
    return request === undefined
      ? showPolicies(sources, args, context)
      : showAnswers({ request: { ...request, token: await tokenOf(args) }, sources }, args, context)
  },
}

async function showPolicies(sources: readonly Source[], args: Args, context: Context): Promise<number> {
  const [{ authzPolicies }, { policiesView }] = await Promise.all([
    import('../analyses/authz/policies.ts'),
    import('../analyses/authz/policies-view.ts'),
  ])
  const { view, code } = await viewOfEach(sources, { args, context }, async (source) =>
    policiesView(authzPolicies(await dumpOfListeners(source, context)), source.label),
  )
  await context.render(view, args)
  return code
}

/** Policies are filters of listeners: without listeners, nothing is known of them. */
async function dumpOfListeners(source: Source, context: Context): Promise<ConfigDump> {
  const dump = await dumpOf(source, 'config_dump', context)
  requireSection(listeners, dump, source.label)
  return dump
}

interface Question {
  readonly request: AuthzRequest
  readonly sources: readonly Source[]
}

async function showAnswers({ request, sources }: Question, args: Args, context: Context): Promise<number> {
  const [{ checkRequest }, { answerView }] = await Promise.all([
    import('../analyses/authz/check-request.ts'),
    import('../analyses/authz/answer-view.ts'),
  ])
  let denied = false
  const { view, code } = await viewOfEach(sources, { args, context }, async (source) => {
    const answer = checkRequest(await dumpOfListeners(source, context), request)
    denied ||= answer.verdict === 'denied'
    return answerView(answer)
  })
  await context.render(view, args)
  return denied ? exitCode.failed : code
}
