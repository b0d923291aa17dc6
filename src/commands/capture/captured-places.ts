import { proxyName, proxyOf } from '../../analyses/status/proxy-name.ts'
import type { Context } from '../../contract/command.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { ProxyToCapture } from '../../fetch/capture/write/capture-proxy.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'

/**
 * Where each proxy goes in a capture: by its pod, else by the node that its dump or /server_info names, else by the name of its file or
 * URL, or of its folder.
 */
export async function placesOf(proxies: readonly MeshProxy[], context: Context): Promise<readonly ProxyToCapture[]> {
  const taken = new Set<string>()
  const places: ProxyToCapture[] = []
  for (const proxy of proxies) {
    const wanted = proxy.id.pod ?? (await placeOfDump(proxy, context))
    let name = wanted.name
    for (let count = 2; taken.has(`${wanted.namespace}/${name}`); count++) name = `${wanted.name}-${count}`
    taken.add(`${wanted.namespace}/${name}`)
    places.push({ proxy, place: { name, namespace: wanted.namespace } })
  }
  return places
}

/** Namespace of what says nothing of one. */
const elsewhere = 'default'

async function placeOfDump(proxy: MeshProxy, context: Context): Promise<ProxyToCapture['place']> {
  const id = await nodeOf(proxy, context)
  if (id !== undefined) {
    const { name, namespace } = proxyName(id)
    if (namespace !== undefined && name !== namespace)
      return { name: plain(name.slice(0, -namespace.length - 1)), namespace: plain(namespace) }
    return { name: plain(name), namespace: elsewhere }
  }
  const [last = proxy.id.name, folder] = proxy.id.name.split(/[/\\]/).toReversed()
  const file = last.replace(/\.(?:json|ya?ml)$/, '')
  // Every proxy has a file that is called so.
  const isConventional = /^config_dump(?:\?.*)?$/.test(file) && folder !== undefined && /\w/.test(folder)
  return { name: plain(isConventional ? folder : file), namespace: elsewhere }
}

async function nodeOf(proxy: MeshProxy, context: Context): Promise<string | undefined> {
  try {
    // What is incomplete is said when it is captured.
    const named = proxyOf(await dumpWithEndpoints(proxy, { io: context.io, incomplete: () => undefined }))
    if (named !== undefined) return named
    // The command line names the node where the bootstrap does not.
    const { node } = objectOf(await optionalDocument(proxy, 'server_info', context.io.signal))
    return stringOf(objectOf(node).id) || undefined
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** A name that a target can have: no slash, no dot, which parts a pod from its namespace. */
function plain(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'proxy'
}
