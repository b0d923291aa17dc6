import type { Args, Context } from '../../contract/command.ts'
import { requestTimeout } from '../../fetch/kube/access/duration.ts'
import { limits } from '../../fetch/limits.ts'

/** Proxies at a time where the command has no flag for it. */
const usualConcurrency = 16

/** How the arguments ask for many proxies to be read. */
export function fleetWishes(args: Args): Awaited<ReturnType<Context['fleet']>> {
  return {
    concurrency: args.number('concurrency') ?? usualConcurrency,
    deadline: requestTimeout(args.string('request-timeout')) ?? limits.wholeAnswer,
    showFailures: args.boolean('show-failures') === true,
  }
}
