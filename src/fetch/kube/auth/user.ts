import { resolve } from 'node:path'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { ownFile } from '../../own-file.ts'
import type { AuthProvider, ClusterUser, ExecPlugin, Impersonation } from '../access/access.ts'
import type { KubeFlags } from '../access/flags.ts'
import type { Host } from '../access/host.ts'
import { configError } from './config-error.ts'
import type { KubeconfigEntry } from './kubeconfig.ts'

export interface UserInput {
  readonly entry: KubeconfigEntry | undefined
  readonly name: string
  readonly flags: KubeFlags
  readonly host: Host
  readonly cluster: ClusterFacts
}

interface ClusterFacts {
  readonly server: string
  readonly ca: Buffer | undefined
  readonly insecure: boolean
  readonly tlsServerName: string | undefined
  readonly proxyUrl: string | undefined
  readonly fields: JsonObject | undefined
}

/**
 * How the chosen user proves who they are. `--token` and `--client-certificate` replace what the entry says.
 * @throws AppError when a named file cannot be read or an exec plugin is incomplete
 */
export function readUser(input: UserInput): ClusterUser {
  const { entry, flags } = input
  const fields = entry?.fields ?? {}
  const token = flags.token || stringOf(fields.token) || undefined
  const tokenFile = flags.token ? undefined : stringOf(fields.tokenFile) || undefined
  return {
    token,
    tokenFile: tokenFile === undefined ? undefined : resolve(entry?.directory ?? input.host.cwd, tokenFile),
    username: flags.token ? undefined : stringOf(fields.username) || undefined,
    password: flags.token ? undefined : stringOf(fields.password) || undefined,
    cert: readPem(input, 'client-certificate', flags.clientCertificate, 'client-cert'),
    key: readPem(input, 'client-key', flags.clientKey, 'client-key'),
    exec: isObject(fields.exec) && !flags.token ? execPlugin(fields.exec, input) : undefined,
    authProvider: flags.token ? undefined : authProvider(fields['auth-provider']),
  }
}

/** The user that requests act for: the flags, else the user entry's `as` fields. */
export function impersonation(entry: KubeconfigEntry | undefined, flags: KubeFlags): Impersonation {
  const fields = entry?.fields ?? {}
  const extra = new Map<string, string[]>()
  for (const [key, values] of Object.entries(objectOf(fields['as-user-extra']))) extra.set(key, [...stringsOf(values)])
  for (const pair of flags.asUserExtra ?? []) {
    const [key = '', ...value] = pair.split('=')
    extra.set(key, [...(extra.get(key) ?? []), value.join('=')])
  }
  const groups = flags.asGroup ?? []
  return {
    user: flags.as || stringOf(fields.as) || undefined,
    uid: flags.asUid || stringOf(fields['as-uid']) || undefined,
    groups: groups.length > 0 ? groups : Array.isArray(fields['as-groups']) ? stringsOf(fields['as-groups']) : [],
    extra,
  }
}

function readPem(input: UserInput, field: string, flag: string | undefined, word: string): Buffer | undefined {
  if (flag)
    return readFile(resolve(input.host.cwd, flag), (path) => new AppError(`open ${path}: no such file or directory`))
  const { entry } = input
  const data = stringOf(entry?.fields[`${field}-data`])
  if (data) return Buffer.from(data, 'base64')
  const file = stringOf(entry?.fields[field])
  if (!file || entry === undefined) return undefined
  return readFile(resolve(entry.directory, file), (path) =>
    configError(`unable to read ${word} ${path} for ${input.name} due to open ${path}: no such file or directory`),
  )
}

function readFile(path: string, failure: (path: string) => AppError): Buffer {
  try {
    return ownFile(path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw failure(path)
  }
}

function execPlugin(fields: JsonObject, input: UserInput): ExecPlugin {
  const need = (what: string) =>
    configError(`${what} must be specified for ${input.name} to use exec authentication plugin`)
  const command = stringOf(fields.command)
  const apiVersion = stringOf(fields.apiVersion)
  if (!command) throw need('command')
  if (!apiVersion) throw need('apiVersion')
  const interactiveMode = stringOf(fields.interactiveMode) || undefined
  if (interactiveMode === undefined && apiVersion === 'client.authentication.k8s.io/v1') throw need('interactiveMode')
  const env = new Map<string, string>()
  for (const pair of objectsOf(fields.env)) {
    const name = stringOf(pair.name)
    if (!name) throw need('env variable name')
    env.set(name, stringOf(pair.value) ?? '')
  }
  return {
    command,
    args: Array.isArray(fields.args) ? stringsOf(fields.args) : [],
    env,
    apiVersion,
    installHint: stringOf(fields.installHint) || undefined,
    provideClusterInfo: stringOf(fields.provideClusterInfo) === 'true',
    interactiveMode: interactiveMode ?? 'IfAvailable',
    directory: input.entry?.directory ?? input.host.cwd,
    cluster: clusterInfo(input.cluster),
  }
}

/** The `Cluster` message a plugin is shown; `config` is the extension reserved for it. */
function clusterInfo(cluster: ClusterFacts): Record<string, unknown> {
  const extension = objectsOf(cluster.fields?.extensions).find(
    (item) => stringOf(item.name) === 'client.authentication.k8s.io/exec',
  )?.extension
  return {
    server: cluster.server,
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(cluster.ca === undefined ? {} : { 'certificate-authority-data': cluster.ca.toString('base64') }),
    ...(cluster.proxyUrl === undefined ? {} : { 'proxy-url': cluster.proxyUrl }),
    ...(extension === undefined ? {} : { config: extension }),
  }
}

function authProvider(value: unknown): AuthProvider | undefined {
  if (!isObject(value)) return undefined
  const config: Record<string, string> = {}
  for (const [key, item] of Object.entries(objectOf(value.config))) {
    const text = stringOf(item)
    if (text !== undefined) config[key] = text
  }
  return { name: stringOf(value.name) ?? '', config }
}
