import { posix } from 'node:path'
import { istioNodeId, kumaProxy, podOfProxy } from '../../../envoy/dump/node-id.ts'
import { readDocument } from '../../../envoy/input/read-document.ts'
import { objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { holdsDump } from '../../saved/choose-member.ts'
import type { PlaceOfPod } from '../format/layout.ts'
import type { StoredFiles } from '../format/stored-files.ts'

interface LooseDump {
  readonly place: PlaceOfPod
  readonly isIstio: boolean
}

/** Bytes in which a dump names its node: the bootstrap comes first. */
const headSize = 1 << 16

/** The proxy of a file that is a configuration dump; undefined where it is none, or cannot be read. */
export async function dumpWithin(files: StoredFiles, name: string): Promise<LooseDump | undefined> {
  if (!/\.(?:json|ya?ml|txt)$|config[_-]?dump/i.test(name)) return undefined
  const bytes = await readable(files, name)
  if (bytes === undefined || !holdsDump({ name, bytes })) return undefined
  const head = Buffer.from(bytes.subarray(0, headSize)).toString('utf8')
  const [, own] = /"?node"?:\s*\{?[\s\S]{0,4000}?"?\bid"?:\s*"?([^"\s,]+)/.exec(head) ?? []
  const node = own ?? (await nodeBeside(files, name))
  if (node === undefined) return { place: placeByFolder(name) ?? placeByPath(name), isIstio: false }
  return isKuma(head) ? placeByKuma(node, name) : placeByNode(node, name)
}

async function readable(files: StoredFiles, name: string): Promise<Uint8Array | undefined> {
  try {
    return await files.read(name)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** The node of /server_info beside the one dump of a folder: the command line names it where the bootstrap does not. */
async function nodeBeside(files: StoredFiles, name: string): Promise<string | undefined> {
  const folder = posix.dirname(name)
  const dumps = files.names.filter((other) => posix.dirname(other) === folder && isCalledDump(other))
  if (dumps.length !== 1 || dumps[0] !== name) return undefined
  const beside = posix.join(folder, 'server_info.json')
  const bytes = await readable(files, beside)
  if (bytes === undefined) return undefined
  try {
    return stringOf(objectOf(objectOf(await readDocument(bytes, beside)).node).id) || undefined
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function isCalledDump(name: string): boolean {
  return /config[_-]?dump/i.test(posix.basename(name))
}

/** Only Istio's ids name the pod. */
function placeByNode(node: string, name: string): LooseDump {
  const pod = podOfProxy(istioNodeId(node)?.proxy ?? '')
  if (pod !== undefined && pod.namespace !== '') return { place: pod, isIstio: true }
  return { place: { name: plain(node), namespace: placeByPath(name).namespace }, isIstio: false }
}

/** Whether the node has metadata that Kuma gives its proxies, `dataplane.proxyType` and others. */
function isKuma(head: string): boolean {
  return /"?\bdataplane\.(?:proxyType|dns\.|admin\.|resource|readinessReporter)[\w.]*"?:/.test(head)
}

function placeByKuma(node: string, name: string): LooseDump {
  const proxy = kumaProxy(node)
  const pod = podOfProxy(proxy) ?? { name: proxy, namespace: placeByPath(name).namespace }
  return { place: { name: plain(pod.name), namespace: plain(pod.namespace) }, isIstio: false }
}

/** `POD/config_dump.json`: every proxy has a file that is called so, and its folder says more. */
function placeByFolder(name: string): PlaceOfPod | undefined {
  const folder = posix.dirname(name).replace(/^\.\//, '')
  const isAlone =
    folder !== '.' && !folder.includes('/') && /^config_dump(?:\?[^/]*)?(?:\.[a-z]+)?$/.test(posix.basename(name))
  return isAlone ? { name: plain(folder), namespace: 'default' } : undefined
}

/** `…/NAMESPACE/POD/config_dump.json`, or the name of the file. */
function placeByPath(name: string): PlaceOfPod {
  const file = posix.basename(name).replace(/\.(?:json|ya?ml|txt)$/, '')
  const folders = posix
    .dirname(name)
    .split('/')
    .filter((part) => part !== '.')
  const [namespace, pod] = folders.slice(-2)
  if (pod === undefined || !isCalledDump(name))
    return { name: plain(file), namespace: plain(folders.at(-1) ?? 'default') }
  return { name: plain(pod), namespace: plain(namespace ?? 'default') }
}

/** A name that a target can have: no slash, no dot. */
function plain(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'proxy'
}
