import { syncDifference } from '../../analyses/diff/sync-difference.ts'
import { withEndpoints } from '../../analyses/diff/with-endpoints.ts'
import { meshSync } from '../../analyses/status/mesh-sync.ts'
import { proxyOf } from '../../analyses/status/proxy-name.ts'
import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { proxyOptions } from '../../contract/selection.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { readDump } from '../../envoy/input/read-dump.ts'
import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { readProxyDump } from '../../mesh/istiods/proxy-dump.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { isOtherProxy } from '../../mesh/pods/proxy-pods.ts'
import { requiredBytes } from '../../mesh/proxies/pages.ts'
import { answer } from '../analysis/answer.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { offlineProxy } from '../proxies/offline-proxy.ts'
import { compareSides, type DiffOptions } from './compare-sides.ts'
import { controlPlanes } from './control-planes.ts'
import { rejectNotConnectedReply } from './reject-not-connected-reply.ts'
import { ownAccounts } from './status-own.ts'

/** `status POD`, and two dumps side by side. */
export async function statusDiff(args: Args, context: Context): Promise<number> {
  const [target] = args.positionals
  const saved = args.string('control-plane-file')
  // A mistyped filter is reported before anything is fetched.
  const options = syncDifference.options(args)
  const offline = await offlineProxy(args, context, 'status')
  if (saved !== undefined && offline !== undefined) {
    return compareSaved(saved, await dumpWithEndpoints(offline, context), options, context)
  }
  const cluster = await context.cluster()
  const pod = await cluster.pod(target ?? '', context.io.signal)
  if (isZtunnel(pod)) {
    throw new AppError(`Sync diff is not available for ztunnel pod ${pod.name}.${pod.namespace}`, {
      hint: `kubectl proxy-config ztunnel all ${pod.name} -n ${pod.namespace} shows what it has loaded.`,
    })
  }
  const envoy = () => dumpWithEndpoints(offline ?? cluster.proxy(pod, proxyOptions(args)), context)
  if (saved !== undefined) return compareSaved(saved, await envoy(), options, context)
  if (isOtherProxy(pod)) {
    const { sentDifference } = await import('./sent-difference.ts')
    return sentDifference(
      { pod, proxy: offline ?? cluster.proxy(pod, proxyOptions(args)), cluster, args, context },
      options,
    )
  }
  const { istiods, refusal } = await controlPlanes(args, context, cluster)
  if (istiods.length === 0) {
    const why = refusal?.message ?? `namespace "${istioNamespace(args)}" has no istiod`
    return selfReported(why, pod, { cluster, args, context })
  }
  const [{ dump, failures }, used] = await Promise.allSettled([
    readProxyDump(istiods, `${pod.name}.${pod.namespace}`, context.io.signal),
    envoy(),
  ]).then(([sent, own]) => [settledValue(sent), own] as const)
  if (failures.length === istiods.length) {
    for (const { istiod, error } of failures) context.incomplete(`${istiod.name} did not answer: ${error.message}`)
    return selfReported('no istiod answered', pod, { cluster, args, context })
  }
  const proxy = adminPort(pod).container
  // In a pod without a proxy, what could not be asked says more.
  if (dump === undefined && proxy === undefined) settledValue(used)
  if (dump === undefined) throw notConnected(pod, proxy?.name, failures)
  const sent = await readDump(dump.dump, `the dump of ${dump.istiod}`)
  const endpoints =
    dump.edsz === undefined ? undefined : await readDocument(dump.edsz, `the endpoints of ${dump.istiod}`)
  for (const note of dump.notes) context.note(note)
  const name = `${pod.name}.${pod.namespace}`
  context.note(`${name}: compared with what ${dump.istiod} would send`)
  const whole = endpoints === undefined ? sent : withEndpoints(sent, endpoints)
  return compareSides({ sent: whole, sentTo: name, used: settledValue(used) }, options, context)
}

/** Of a proxy without a control plane to compare with. */
async function selfReported(
  why: string,
  pod: Pod,
  { cluster, args, context }: { readonly cluster: Cluster; readonly args: Args; readonly context: Context },
): Promise<number> {
  context.note(`no control plane to compare with: ${why}. Showing the proxy's self-reported status`)
  const proxies = await ownAccounts([pod], cluster, args, context)
  return answer(meshSync, { proxies, complete: true }, meshSync.options(args), context)
}

async function compareSaved(file: string, used: ConfigDump, options: DiffOptions, context: Context): Promise<number> {
  const sent = await savedControlPlane(file, context)
  return compareSides({ sent, sentTo: proxyOf(sent), used }, options, context)
}

async function savedControlPlane(file: string, context: Context): Promise<ConfigDump> {
  const [istiod] = await context.open({ from: 'files', files: [file] })
  if (istiod === undefined) throw new Error('a file is one control plane')
  return dumpOf(istiod, 'config_dump', context).catch(async (error) => {
    if (error instanceof AppError) rejectNotConnectedReply(await requiredBytes(istiod, 'config_dump'), istiod.label)
    throw error
  })
}

function isZtunnel({ labels, containers }: Pod): boolean {
  return labels.app === 'ztunnel' || containers.some(({ image }) => /(^|\/)ztunnel(:|@|$)/.test(image))
}

function notConnected(
  { name, namespace }: Pod,
  container: string | undefined,
  failures: readonly { istiod: { name: string }; error: AppError }[],
): AppError {
  const unknown = failures.map(({ istiod, error }) => `${istiod.name} did not answer: ${error.message}`)
  const log =
    container === undefined
      ? []
      : [`kubectl logs ${name} -n ${namespace} -c ${container} says what keeps it from connecting.`]
  return new AppError(`no istiod knows the proxy of pod "${name}" in namespace "${namespace}": it is not connected`, {
    hint: [...unknown, ...log],
  })
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}
