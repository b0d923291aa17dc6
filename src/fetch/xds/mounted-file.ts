import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'

/** Where the API server has what a file of a container holds. */
export interface MountedFile {
  readonly kind: 'secrets' | 'configmaps'
  readonly name: string
  readonly key: string
}

/**
 * The Secret or ConfigMap, of the pod's namespace, whose key is a file of a container; undefined where the file comes from elsewhere.
 * https://kubernetes.io/docs/concepts/storage/volumes/
 * @param spec the pod's
 * @param preferred the container; those of others are looked at where it is not known, or mounts nothing there
 */
export function mountedFile(spec: JsonObject, preferred: string | undefined, path: string): MountedFile | undefined {
  const all = [...objectsOf(spec.containers), ...objectsOf(spec.initContainers)]
  const containers = [...all.filter(({ name }) => name === preferred), ...all.filter(({ name }) => name !== preferred)]
  for (const { volumeMounts } of containers) {
    const mount = deepest(objectsOf(volumeMounts), path)
    if (mount === undefined) continue
    const volume = objectsOf(spec.volumes).find(({ name }) => name === mount.volume)
    return volume === undefined ? undefined : sourceOf(volume, mount.file)
  }
  return undefined
}

interface Mount {
  /** Name of the volume. */
  readonly volume: string
  /** Path in the volume. */
  readonly file: string
}

/** The mount that a path is in: of those within others the innermost. */
function deepest(mounts: readonly JsonObject[], path: string): Mount | undefined {
  let found: (Mount & { readonly length: number }) | undefined
  for (const { name, mountPath, subPath } of mounts) {
    const place = (stringOf(mountPath) ?? '').replace(/\/+$/, '')
    if (place === '' || (path !== place && !path.startsWith(`${place}/`)) || place.length <= (found?.length ?? 0))
      continue
    const file = [stringOf(subPath) ?? '', path.slice(place.length + 1)].filter((part) => part !== '').join('/')
    found = { volume: stringOf(name) ?? '', file, length: place.length }
  }
  return found
}

function sourceOf({ secret, configMap, projected }: JsonObject, file: string): MountedFile | undefined {
  const sources = objectsOf(objectOf(projected).sources)
  return [{ secret, configMap }, ...sources]
    .flatMap((source) => [
      { kind: 'secrets' as const, source: objectOf(source.secret) },
      { kind: 'configmaps' as const, source: objectOf(source.configMap) },
    ])
    .map(({ kind, source }) => {
      const name = stringOf(source.secretName ?? source.name)
      const key = keyOf(source, file)
      return name === undefined || key === undefined ? undefined : { kind, name, key }
    })
    .find((each) => each !== undefined)
}

/** The key that becomes a file; with a list of items only those are files. */
function keyOf({ items }: JsonObject, file: string): string | undefined {
  if (items === undefined) return file
  return stringOf(objectsOf(items).find(({ path }) => path === file)?.key)
}
