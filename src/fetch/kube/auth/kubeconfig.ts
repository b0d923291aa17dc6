import { delimiter, dirname, join, resolve } from 'node:path'
import { CORE_SCHEMA, FAILSAFE_SCHEMA, loadAll, mergeTag, YAMLException } from 'js-yaml'
import { loadYaml } from '../../../envoy/input/yaml.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { ownFile } from '../../own-file.ts'
import type { Host } from '../access/host.ts'
import { shortened } from './long-scalars.ts'

/** A cluster, context or user. Its fields are read when it is the chosen one, so that a broken neighbour does no harm. */
export interface KubeconfigEntry {
  readonly fields: JsonObject
  /** Folder of the file it came from: relative paths in it start here. */
  readonly directory: string
}

export interface Kubeconfig {
  readonly currentContext: string
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>
  readonly users: ReadonlyMap<string, KubeconfigEntry>
  /** The files that were looked at, found or not. */
  readonly paths: readonly string[]
  /** Whether any of them exists. */
  readonly found: boolean
}

/**
 * Reads the kubeconfig files by kubectl's rules: `--kubeconfig` alone and required, else the KUBECONFIG list with missing
 * files passed over, else ~/.kube/config. The first file to name an entry or a current context wins.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
 * @throws AppError when the flag's file is missing or a file is not YAML
 */
export function loadKubeconfig(flag: string | undefined, host: Host): Kubeconfig {
  const paths = flag ? [resolve(host.cwd, flag)] : defaultPaths(host)
  const clusters = new Map<string, KubeconfigEntry>()
  const contexts = new Map<string, KubeconfigEntry>()
  const users = new Map<string, KubeconfigEntry>()
  let currentContext = ''
  let found = false
  for (const path of paths) {
    const file = readKubeconfig(path, flag !== undefined)
    if (file === undefined) continue
    found = true
    const directory = dirname(path)
    collect(clusters, file.clusters, 'cluster', directory)
    collect(contexts, file.contexts, 'context', directory)
    collect(users, file.users, 'user', directory)
    currentContext ||= stringOf(file['current-context']) ?? ''
  }
  return { currentContext, clusters, contexts, users, paths, found }
}

function defaultPaths(host: Host): string[] {
  const listed = (host.env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '')
  return listed.length > 0 ? listed.map((path) => resolve(host.cwd, path)) : [join(host.homedir, '.kube', 'config')]
}

function readKubeconfig(path: string, required: boolean): JsonObject | undefined {
  let text: string
  try {
    text = ownFile(path).toString('utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (!required) return undefined
      throw new AppError(`stat ${path}: no such file or directory`, { cause })
    }
    throw new AppError(`error loading config file "${path}": ${systemText(code)}`, { cause })
  }
  try {
    // The failsafe schema keeps every scalar the text it is: a token of digits, a user called "yes".
    const short = shortened(text)
    const [config] = loadYaml({ loadAll, YAMLException, CORE_SCHEMA, mergeTag }, short.text, 'it', FAILSAFE_SCHEMA)
    return objectOf(short.restored(config))
  } catch (cause) {
    const reason = cause instanceof AppError ? cause.message : yamlFault(cause)
    throw new AppError(`error loading config file "${path}": yaml: ${reason}`, { cause })
  }
}

/** Where it is broken, and how; not what stands there, which may be a token. */
function yamlFault(cause: unknown): string {
  if (!(cause instanceof YAMLException)) return 'it cannot be read'
  const place = cause.mark === undefined ? '' : `line ${cause.mark.line + 1}: `
  return place + cause.reason.replace(/\s*["'<(].*$/s, '')
}

function collect(into: Map<string, KubeconfigEntry>, list: unknown, field: string, directory: string): void {
  for (const entry of objectsOf(list)) {
    const name = stringOf(entry.name)
    if (name === undefined || into.has(name)) continue
    const fields = entry[field]
    into.set(name, { fields: isObject(fields) ? fields : {}, directory })
  }
}

function systemText(code: string | undefined): string {
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'is a directory'
  return code ?? 'cannot be read'
}
