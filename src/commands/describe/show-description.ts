import { describePod } from '../../analyses/describe/describe-pod.ts'
import { describeService } from '../../analyses/describe/describe-service.ts'
import { description, type Subject } from '../../analyses/describe/description.ts'
import type { DescriptionRow } from '../../analyses/describe/description-row.ts'
import type { Args, Context } from '../../contract/command.ts'
import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { serviceName } from '../../envoy/control-plane/service-name.ts'
import { UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { clusters } from '../../resources/clusters.ts'
import { listeners } from '../../resources/listeners.ts'
import { answer } from '../analysis/answer.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { offlineProxy } from '../proxies/offline-proxy.ts'
import { requireSection } from '../proxies/require-section.ts'
import { describeLivePod, describeLiveService } from './describe-live.ts'

/** The configuration related to a pod or a service. */
export async function showDescription(args: Args, context: Context): Promise<number> {
  const subject = description.options(args)
  const { kind, name } = subject
  const offline = await offlineProxy(args, context, 'describe')
  if (name === undefined && !(kind === 'pod' && offline !== undefined))
    throw new UsageError(`describe ${kind} needs a NAME`)
  const rows =
    offline === undefined
      ? await fromCluster(kind, name ?? '', args, context)
      : await fromDump(offline, subject, args, context)
  return answer(description, rows, subject, context)
}

async function fromCluster(
  kind: Subject['kind'],
  name: string,
  args: Args,
  context: Context,
): Promise<DescriptionRow[]> {
  const describeLive = kind === 'pod' ? describeLivePod : describeLiveService
  return describeLive(args, context, { name, signal: context.io.signal })
}

/** A saved dump, or an admin endpoint: nothing is asked of a cluster. */
async function fromDump(
  proxy: MeshProxy,
  { kind, name }: Subject,
  args: Args,
  context: Context,
): Promise<readonly DescriptionRow[]> {
  const dump = await dumpWithEndpoints(proxy, context)
  requireSection(kind === 'service' ? clusters : listeners, dump, proxy.label)
  if (kind === 'service') {
    const found = describeService(dump, serviceName(name ?? '', args.string('namespace')))
    const plane = controlPlaneOf(dump)
    if (found.length === 0 && plane?.clustersAreRoutes)
      context.note(
        `clusters of ${plane.name} do not name Services: without --file and --url they are found by their endpoints`,
      )
    return found
  }
  const { rows, services } = describePod(dump)
  const own = rows.find(({ part }) => part === 'Pod')?.name ?? ''
  if (name !== undefined && own !== name && !own.startsWith(`${name}.`)) {
    context.note(`${proxy.label} is of ${own}, not of ${name}: that is what is shown.`)
  }
  return [...rows, ...services.flatMap((service) => describeService(dump, service))]
}
