import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../analyses/compare/identity/own-text.ts'
import { requestResult } from '../../analyses/compare/requests.ts'
import { requireListeners } from '../../analyses/trace/require-listeners.ts'
import { delivered } from '../../analyses/wait/delivered.ts'
import type { Verdict, WaitCondition } from '../../analyses/wait/wait-condition.ts'
import type { Args, Context } from '../../contract/command.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type Host, hostsOfStatus } from '../../envoy/model/hosts.ts'
import { isNamed } from '../../envoy/text/pipe-free.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { trace } from '../../walk/trace.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { requestResolver } from '../trace/request-resolver.ts'
import { readPages } from '../trace/traced-proxy.ts'
import { acceptedPushes } from './accepted-pushes.ts'
import { changedObject } from './api-object.ts'

/** Whether a condition holds for one proxy. @throws AppError when it cannot be found out */
export type Check = (proxy: MeshProxy) => Promise<Verdict>

/** How a condition is found out that each proxy answers by itself. */
export async function proxyCheck(
  condition: Exclude<WaitCondition, { readonly kind: 'synced' }>,
  args: Args,
  context: Context,
): Promise<Check> {
  const { signal } = context.io
  switch (condition.kind) {
    case 'live':
      return async (proxy) => {
        const state = stringOf(objectOf(await requiredDocument(proxy, 'server_info', signal)).state) ?? 'unknown'
        return { met: state === 'LIVE', reason: `state ${state}` }
      }
    case 'ready-endpoints':
      return async (proxy) =>
        readyEndpoints(condition.cluster, await requiredDocument(proxy, 'clusters?format=json', signal))
    case 'route-to':
      return (proxy) => routeTo(condition, proxy, context)
    case 'delivered': {
      const cluster = await context.cluster()
      const object = await changedObject(condition.object, cluster, signal)
      const pushesOf = acceptedPushes(args, context)
      return async (proxy) => {
        const dump = await dumpOf(proxy, 'config_dump', context)
        const alone = delivered(object, dump, { now: context.io.now() })
        // What was saved is no later than the dump; a file has no control plane.
        if (alone.met || proxy.id.pod === undefined || !proxy.live) return alone
        const pushOf = await pushesOf(proxy.id.name)
        return pushOf === undefined ? alone : delivered(object, dump, { pushOf, now: context.io.now() })
      }
    }
  }
}

function readyEndpoints(cluster: string, document: unknown): Verdict {
  const found = objectsOf(objectOf(document).cluster_statuses).find(({ name }) =>
    isNamed(stringOf(name) ?? '', cluster),
  )
  if (found === undefined) return { met: false, reason: `there is no cluster ${cluster}` }
  const hosts = objectsOf(found.host_statuses).length
  const ready = hostsOfStatus(found).filter(mayBeChosen).length
  return { met: ready > 0, reason: `${ready} of ${hosts} endpoints may be chosen` }
}

/** A host without a verdict, as those of DNS, is chosen as well. */
function mayBeChosen({ health, ejected }: Host): boolean {
  return !ejected && health.every((word) => word === 'HEALTHY' || word === 'UNKNOWN' || word === 'DEGRADED')
}

async function routeTo(
  { cluster, url }: Extract<WaitCondition, { readonly kind: 'route-to' }>,
  proxy: MeshProxy,
  context: Context,
): Promise<Verdict> {
  const traced = await readPages(proxy, context)
  requireListeners(traced.dump, traced.proxy.label)
  const { dump, clusters, stats, savedAt } = traced
  const { request, hidden } = await requestResolver(traced, context)({ url })
  const found = trace({ dump, clusters, stats, request, now: context.io.now(), savedAt, hidden })
  const met = found.alternatives.every(
    ({ hops, outcome }) =>
      (outcome.kind === 'upstream' || outcome.kind === 'tcp') &&
      outcome.conditions.length === 0 &&
      isNamed(hops.findLast((hop) => hop.cluster !== undefined)?.cluster ?? '', cluster),
  )
  const facts = ownFacts(dump, proxy.id.pod)
  return { met, reason: requestResult(found, { facts, text: ownText(facts) }).text }
}
