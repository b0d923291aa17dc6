import { proxyName, proxyOf } from '../../analyses/status/proxy-name.ts'
import type { Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'
import type { ProxyToCapture } from '../../fetch/capture/write/capture-proxy.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'

/** Where each proxy goes in a capture: by its pod, else by the node that its dump names, else by the name of its file or URL. */
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
  const [last = proxy.id.name] = proxy.id.name.split('/').slice(-1)
  return { name: plain(last.replace(/\.(?:json|ya?ml)$/, '')), namespace: elsewhere }
}

async function nodeOf(proxy: MeshProxy, context: Context): Promise<string | undefined> {
  try {
    // What is incomplete is said when it is captured.
    return proxyOf(await dumpWithEndpoints(proxy, { io: context.io, incomplete: () => undefined }))
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** A name that a target can have: no slash, no dot, which parts a pod from its namespace. */
function plain(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'proxy'
}
