import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../src/envoy/json.ts'
import { type Linted, lintedOf } from '../../src/lint/proxy/linted.ts'

const folder = import.meta.dirname
const healthy = objectOf(load(certificatesFilled(readFileSync(join(folder, 'healthy.yaml'), 'utf8'))))
const names: ReadonlyMap<string, string> = new Map(
  Object.entries(objectOf(healthy.names)).map(([name, path]) => [name, String(path)]),
)

/** When the cases are judged. */
export const moment = new Date('2026-01-01T00:00:00Z')

/**
 * What a case changes of the healthy proxy, by the path of a field: `cluster.lb_policy: MAGLEV`, with names of healthy.yaml. `PATH+`
 * appends to a list, `+PATH` puts before it, null takes away. `PATH*500` appends so many, `$n` in them is their number.
 */
export type Changes = JsonObject

/**
 * The sections of a proxy with some changes: of the healthy one, where no other is given.
 * @param parts where the names are that changes begin with
 */
export function changed(
  changes: Changes,
  of: JsonObject = healthy,
  parts: ReadonlyMap<string, string> = names,
): JsonObject {
  const sections: JsonObject = structuredClone(of)
  for (const [key, value] of Object.entries(changes)) change(sections, key, value ?? null, parts)
  return sections
}

function change(sections: JsonObject, key: string, value: Json, parts: ReadonlyMap<string, string>): void {
  const before = key.startsWith('+')
  const [, count] = /\*(\d+)$/.exec(key) ?? []
  const after = key.endsWith('+') || count !== undefined
  const path = key.replace(/^\+|\+$|\*\d+$/g, '')
  const [first = '', ...more] = path.split('.')
  const steps = [...(parts.get(first) ?? first).split('.'), ...more]
  const last = steps.pop() ?? ''
  let at: Json | undefined = sections
  for (const step of steps) {
    const next: Json | undefined = Array.isArray(at) ? at[Number(step)] : objectOf(at)[step]
    if (next === undefined && isObject(at)) at[step] = {}
    at = next ?? objectOf(at)[step]
  }
  const text = certificatesFilled(JSON.stringify(value), true)
  const filled: Json =
    count === undefined
      ? JSON.parse(text)
      : Array.from({ length: Number(count) }, (_, n) => JSON.parse(text.replaceAll('$n', String(n))))
  if (Array.isArray(at)) {
    if (value === null) at.splice(Number(last), 1)
    else at[Number(last)] = filled
    return
  }
  if (!isObject(at)) throw new Error(`${key} leads nowhere`)
  if (value === null) {
    if (at[last] === undefined && parts === names) throw new Error(`${key} is not there`)
    delete at[last]
    return
  }
  const list = at[last]
  const own = Array.isArray(list) ? list : []
  if (before) at[last] = [...listed(filled), ...own]
  else if (after) at[last] = [...own, ...listed(filled)]
  else at[last] = filled
}

function listed(value: Json): Json[] {
  return Array.isArray(value) ? value : [value]
}

/** `CERTIFICATE_SHOP` stands for the text of certificates/shop.pem. */
function certificatesFilled(text: string, isJson = false): string {
  return text.replaceAll(/CERTIFICATE_([A-Z0-9]+)/g, (_, name: string) => {
    const quoted = JSON.stringify(readFileSync(join(folder, 'certificates', `${name.toLowerCase()}.pem`), 'utf8'))
    return isJson ? quoted.slice(1, -1) : quoted
  })
}

/** A `/config_dump` of these sections. An entry of listeners, clusters or secrets may have a `state` and an `error` beside its resource. */
export function dumpOfSections(sections: JsonObject): JsonObject {
  const configs: JsonObject[] = []
  const add = (type: string, content: JsonObject) =>
    configs.push({ '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...content })
  if (sections.bootstrap !== undefined) add('BootstrapConfigDump', { bootstrap: sections.bootstrap })
  if (sections.clusters !== undefined)
    add('ClustersConfigDump', {
      dynamic_active_clusters: entriesOf(sections.clusters, 'cluster', 'Cluster', 'active'),
      dynamic_warming_clusters: entriesOf(sections.clusters, 'cluster', 'Cluster', 'warming'),
    })
  if (sections.listeners !== undefined)
    add('ListenersConfigDump', { dynamic_listeners: listenerEntries(sections.listeners) })
  if (sections.scopes !== undefined) add('ScopedRoutesConfigDump', { dynamic_scoped_route_configs: sections.scopes })
  if (sections.routes !== undefined)
    add('RoutesConfigDump', {
      dynamic_route_configs: entriesOf(sections.routes, 'route_config', 'RouteConfiguration', 'active'),
    })
  if (sections.endpoints !== undefined)
    add('EndpointsConfigDump', {
      dynamic_endpoint_configs: entriesOf(sections.endpoints, 'endpoint_config', 'ClusterLoadAssignment', 'active'),
    })
  if (sections.secrets !== undefined)
    add('SecretsConfigDump', {
      dynamic_active_secrets: secretsOf(sections.secrets, 'active'),
      dynamic_warming_secrets: secretsOf(sections.secrets, 'warming'),
    })
  if (sections.ecds !== undefined)
    add('EcdsConfigDump', { ecds_filters: objectsOf(sections.ecds).map((filter) => ({ ecds_filter: filter })) })
  return { configs }
}

const types: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Cluster: 'envoy.config.cluster.v3.Cluster',
    Listener: 'envoy.config.listener.v3.Listener',
    RouteConfiguration: 'envoy.config.route.v3.RouteConfiguration',
    ClusterLoadAssignment: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
    Secret: 'envoy.extensions.transport_sockets.tls.v3.Secret',
  }),
)

function typed(resource: JsonObject, type: string): JsonObject {
  return { '@type': `type.googleapis.com/${types.get(type)}`, ...resource }
}

function entriesOf(list: Json | undefined, field: string, type: string, state: string): JsonObject[] {
  return objectsOf(list)
    .filter((resource) => (resource.state ?? 'active') === state)
    .map(({ state: _, error, ...resource }) => ({
      [field]: typed(resource, type),
      ...(error === undefined ? {} : { error_state: { details: error } }),
    }))
}

function listenerEntries(list: Json | undefined): JsonObject[] {
  return objectsOf(list).map(({ state = 'active', error, ...listener }) => ({
    name: listener.name,
    ...(state === 'none' ? {} : { [`${String(state)}_state`]: { listener: typed(listener, 'Listener') } }),
    ...(error === undefined
      ? {}
      : { error_state: { details: error, failed_configuration: typed(listener, 'Listener') } }),
  }))
}

function secretsOf(list: Json | undefined, state: string): JsonObject[] {
  return objectsOf(list)
    .filter((secret) => (secret.state ?? 'active') === state)
    .map(({ state: _, ...secret }) => ({ name: secret.name, secret: typed(secret, 'Secret') }))
}

/** The proxy of a case, as rules see it. */
export async function caseProxy(sections: JsonObject): Promise<Linted> {
  const dump = await readDump(Buffer.from(JSON.stringify(dumpOfSections(sections))), 'case')
  const statuses = sections.statuses === undefined ? undefined : objectsOf(sections.statuses)
  return lintedOf(dump, {
    name: stringOf(sections.proxy) ?? 'case',
    moment,
    serverInfo: sections.server_info,
    stats: sections.stats === undefined ? undefined : new Map(numbersIn(sections.stats)),
    loggers: sections.loggers === undefined ? undefined : new Map(textsIn(sections.loggers)),
    statuses,
  })
}

function numbersIn(value: Json): [string, number][] {
  return Object.entries(objectOf(value)).map(([name, number]) => [name, Number(number)])
}

function textsIn(value: Json): [string, string][] {
  return Object.entries(objectOf(value)).map(([name, text]) => [name, String(text)])
}
