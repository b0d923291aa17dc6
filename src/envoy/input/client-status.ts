import type { Section } from '../dump/section.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'
import { type Kind, kinds, sections } from '../kinds.ts'
import { snakeName } from '../proto-json/proto-names.ts'
import { kindOfType, known, ofKind } from './made-section.ts'

/** One client of a CSDS response. */
interface Client {
  /** Of its node, or its number. */
  readonly id: string
  readonly sections: readonly Section[]
}

/** The clients of a CSDS response, in its order. https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/status/v3/csds.proto */
export function clientsIn(value: Json | undefined): Client[] {
  return objectsOf(objectOf(value).config).flatMap((client, index) => {
    const found = sectionsOfClient(client)
    const id = stringOf(objectOf(client.node).id) || `client ${index + 1}`
    return found.length > 0 ? [{ id, sections: found }] : []
  })
}

/** The sections of a response about one client. */
export function clientSections(value: JsonObject): Section[] | undefined {
  const [first] = clientsIn(value)
  return first === undefined ? undefined : [...first.sections]
}

function sectionsOfClient(client: JsonObject): Section[] {
  const generic = objectsOf(client.genericXdsConfigs ?? client.generic_xds_configs)
  const typed = generic.map((config) => ({
    config,
    kind: kindOfType(stringOf(config.typeUrl ?? config.type_url) ?? ''),
  }))
  const byKind = Map.groupBy(typed, ({ kind }) => kind)
  return [
    ...objectsOf(client.xdsConfig ?? client.xds_config).flatMap((perType) =>
      Object.entries(perType).flatMap(([field, section]) => {
        const kind = kinds.find((candidate) => snakeName(field) === `${snakeName(candidate).replace(/s$/, '')}_config`)
        return kind !== undefined && isObject(section) ? [ofKind(kind, section)] : []
      }),
    ),
    ...[...byKind].flatMap(([kind, those]) => {
      const configs = those.map(({ config }) => config)
      return kind === undefined ? configs.map((config) => known('', config)) : [delivered(kind, configs)]
    }),
  ]
}

/** GenericXdsConfig of one kind, each with its version, status and error, as a config dump has them. */
function delivered(kind: Kind, configs: readonly JsonObject[]): Section {
  const { lists, resource: field, name } = sections[kind]
  const list = lists.find(({ state }) => state === 'active')?.field ?? ''
  const wrappers = configs.map((config): JsonObject => {
    const received = config.xdsConfig ?? config.xds_config
    const state = {
      ...present('version_info', config.versionInfo ?? config.version_info),
      ...present('last_updated', config.lastUpdated ?? config.last_updated),
      ...present(field, isObject(received) ? received : undefined),
    }
    return {
      ...present(name, config.name),
      ...(kind === 'listeners' && isObject(received) ? { active_state: state } : state),
      ...present('client_status', config.clientStatus ?? config.client_status),
      ...present('error_state', config.errorState ?? config.error_state),
    }
  })
  return ofKind(kind, { [list]: wrappers })
}

function present(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value }
}
