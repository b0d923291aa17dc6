import type { Args, Context } from '../../contract/command.ts'
import { logDurationOption } from '../../contract/duration-option.ts'
import { AppError, UsageError } from '../../errors.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/**
 * The log of the container that runs a pod's proxy, from `--since` on; with `--follow` what is written from now on as well.
 * @throws ApiError with the missing rule where reading pods/log is forbidden
 */
export async function podLog(
  { id: { pod }, label }: MeshProxy,
  args: Args,
  { cluster, io: { signal } }: Context,
): Promise<AsyncIterable<Uint8Array>> {
  if (pod === undefined)
    throw new UsageError('explain needs a LINE of an access log, or --log FILE: only a pod has a log of its own')
  const query = {
    container: containerOf(adminPort(pod, undefined, args.string('container')), label),
    sinceSeconds: logDurationOption(args, 'since'),
  }
  const kube = await cluster()
  if (args.boolean('follow') === true) return kube.followLog(pod, query, signal)
  return once(await kube.log(pod, query, signal))
}

function containerOf({ container }: ReturnType<typeof adminPort>, label: string): string {
  if (container !== undefined) return container.name
  throw new AppError(`it is not known which container of ${label} runs the proxy`, {
    hint: '--container names the one whose log is read.',
  })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
