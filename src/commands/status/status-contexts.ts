import type { GatheredMesh } from '../../analyses/status/mesh-sync.ts'
import type { Args, Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'
import { statusOfMesh } from './status-mesh.ts'

/**
 * The proxies of the meshes of several contexts, each with its context in front of its name. A mesh that cannot be read hides no other.
 * @throws the first error when none can be read
 */
export async function statusOfContexts(
  contexts: readonly string[],
  args: Args,
  context: Context,
): Promise<GatheredMesh> {
  const found = await Promise.all(
    contexts.map(async (name) => {
      try {
        return inContext(await statusOfMesh(args, contextOf(name, context)), name)
      } catch (error) {
        if (!(error instanceof AppError) || context.io.signal.aborted) throw error
        return { name, error }
      }
    }),
  )
  const failed = found.filter((each) => 'error' in each)
  const [first] = failed
  if (first !== undefined && failed.length === contexts.length) throw first.error
  for (const { name, error } of failed) {
    const why = `error: context ${name}: ${error.message}`
    // Said at once, and the exit code is 1 for it.
    context.note(why)
    context.incomplete(why)
  }
  const meshes = found.flatMap((each) => ('error' in each ? [] : each))
  const names = meshes.map((mesh) => mesh.names)
  const replies = meshes.flatMap((mesh) => mesh.replies ?? [])
  return {
    proxies: meshes.flatMap(({ proxies }) => proxies),
    ...(replies.length === 0 ? {} : { replies }),
    complete: failed.length === 0 && meshes.every(({ complete }) => complete),
    ...(names.every((each) => each === undefined)
      ? {}
      : { names: new Set(meshes.flatMap((mesh) => [...(mesh.names ?? mesh.proxies.map(({ name }) => name))])) }),
  }
}

/** The context of a run as one of several clusters sees it: what is said names it. */
function contextOf(name: string, context: Context): Context {
  const inIt = (line: string) => `context ${name}: ${line}`
  return {
    ...context,
    cluster: () => context.clusterOf({ context: name }),
    note: (line) => context.note(inIt(line)),
    incomplete: (why) => context.incomplete(inIt(why)),
  }
}

/** Two clusters can have pods, and replicas of istiod, of one name. */
function inContext({ proxies, replies, names, complete }: GatheredMesh, context: string): GatheredMesh {
  const long = (name: string) => `${context}/${name}`
  return {
    proxies: proxies.map((proxy) => ({ ...proxy, context, name: long(proxy.name) })),
    ...(replies === undefined ? {} : { replies: replies.map((each) => ({ ...each, istiod: long(each.istiod) })) }),
    complete,
    ...(names === undefined ? {} : { names: new Set([...names].map(long)) }),
  }
}
