import { posix } from 'node:path'
import { istioNodeId, podOfProxy } from '../../../envoy/dump/node-id.ts'
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
  const bytes = await files.read(name).catch((error: unknown) => {
    if (error instanceof AppError) return undefined
    throw error
  })
  if (bytes === undefined || !holdsDump({ name, bytes })) return undefined
  const head = Buffer.from(bytes.subarray(0, headSize)).toString('utf8')
  const [, node] = /"?node"?:\s*\{?[\s\S]{0,4000}?"?\bid"?:\s*"?([^"\s,]+)/.exec(head) ?? []
  return node === undefined ? { place: placeByPath(name), isIstio: false } : placeByNode(node, name)
}

/** Only Istio's ids name the pod. */
function placeByNode(node: string, name: string): LooseDump {
  const pod = podOfProxy(istioNodeId(node)?.proxy ?? '')
  if (pod !== undefined && pod.namespace !== '') return { place: pod, isIstio: true }
  return { place: { name: plain(node), namespace: placeByPath(name).namespace }, isIstio: false }
}

/** `…/NAMESPACE/POD/config_dump.json`, or the name of the file. */
function placeByPath(name: string): PlaceOfPod {
  const file = posix.basename(name).replace(/\.(?:json|ya?ml|txt)$/, '')
  const folders = posix
    .dirname(name)
    .split('/')
    .filter((part) => part !== '.')
  const [namespace, pod] = folders.slice(-2)
  if (pod === undefined || !/config[_-]?dump/i.test(file))
    return { name: plain(file), namespace: plain(folders.at(-1) ?? 'default') }
  return { name: plain(pod), namespace: plain(namespace ?? 'default') }
}

/** A name that a target can have: no slash, no dot. */
function plain(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'proxy'
}
