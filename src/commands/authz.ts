import type { AuthzAnswer } from '../authz/check-request.ts'
import type { Args, Command, Context } from '../cli/command.ts'
import { outputOptions } from '../cli/output-options.ts'
import { targetOptions } from '../cli/target-options.ts'
import type { ConfigDump } from '../envoy/config-dump.ts'
import { exitCode } from '../errors.ts'
import { requestOf, requestOptions } from './authz-request.ts'
import { dumpOf } from './dump-of.ts'
import { joinViews } from './join-views.ts'

interface Proxy {
  readonly label: string
  readonly dump: ConfigDump
}

/** Authorization policies as a proxy has loaded them, and what they say to a request. */
export const authz: Command = {
  name: 'authz',
  aliases: [],
  summary: 'Authorization policies that a proxy enforces, in words; --request evaluates them',
  description: `Shows the authorization policies that a proxy has loaded and what their rules match, in words: a comma is an "and". With --request
it evaluates them: allowed, denied or undecided, by which policy. The exit code is 1 when the request is denied.`,
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
  positionals: { most: 1 },
  async run(args, context) {
    const { open, io } = context
    const request = requestOf(args)
    const proxies = await Promise.all(
      (await open(args)).map(
        async (source): Promise<Proxy> => ({
          label: source.label,
          dump: await dumpOf(source, 'config_dump', io.signal),
        }),
      ),
    )
    if (request === undefined) return showPolicies(proxies, args, context)
    const { checkRequest } = await import('../authz/check-request.ts')
    return showAnswers(
      proxies.map(({ label, dump }) => ({ label, answer: checkRequest(dump, request) })),
      args,
      context,
    )
  },
}

async function showPolicies(proxies: readonly Proxy[], args: Args, { render }: Context): Promise<number> {
  const [{ authzPolicies }, { policiesView }] = await Promise.all([
    import('../authz/policies.ts'),
    import('../authz/policies-view.ts'),
  ])
  const views = proxies.map(({ label, dump }) => ({ label, view: policiesView(authzPolicies(dump), label) }))
  await render(joinViews(views), args)
  return exitCode.ok
}

async function showAnswers(
  answers: readonly { readonly label: string; readonly answer: AuthzAnswer }[],
  args: Args,
  { render }: Context,
): Promise<number> {
  const { answerView } = await import('../authz/answer-view.ts')
  await render(joinViews(answers.map(({ label, answer }) => ({ label, view: answerView(answer) }))), args)
  return answers.some(({ answer }) => answer.verdict === 'denied') ? exitCode.failed : exitCode.ok
}
