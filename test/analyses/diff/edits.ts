import { isObject, type Json, type JsonObject } from '../../../src/envoy/json.ts'

/** Lists that may be shuffled, told apart from ordered ones without the program's own table. */
const shuffled = ['virtual_hosts', 'domains', 'filter_chains', 'server_names', 'lb_endpoints', 'retriable_status_codes']

/** The same with the order changed where Envoy does not look at it. */
export function shuffle(value: Json, random: () => number, field = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffle(item, random, field))
    if (!shuffled.includes(field)) return items
    return items
      .map((item): [number, Json] => [random(), item])
      .sort(([x], [y]) => x - y)
      .map(([, item]) => item)
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => [
    key,
    shuffle(inner ?? null, random, key),
  ])
  return Object.fromEntries(random() < 0.5 ? entries : entries.reverse())
}

/** A change that was made. */
export interface Edit {
  readonly resource: string
  /** Field names without list positions. */
  readonly path: string
}

/** Changes one scalar of one active resource. */
export function editOne(dump: JsonObject, random: () => number): Edit {
  const places: { readonly edit: Edit; readonly change: () => void }[] = []
  const lists = ['dynamic_active_clusters', 'dynamic_listeners', 'dynamic_route_configs']
  for (const section of Array.isArray(dump.configs) ? dump.configs : []) {
    for (const list of lists) {
      const wrappers = isObject(section) ? section[list] : undefined
      for (const wrapper of Array.isArray(wrappers) ? wrappers : []) {
        const held = isObject(wrapper) && isObject(wrapper.active_state) ? wrapper.active_state : wrapper
        const resource = isObject(held) ? (held.cluster ?? held.listener ?? held.route_config) : undefined
        if (isObject(resource)) collect(resource, String(resource.name), '', places)
      }
    }
  }
  const chosen = places[Math.floor(random() * places.length)]
  if (chosen === undefined) throw new RangeError('nothing to edit')
  chosen.change()
  return chosen.edit
}

function collect(
  value: Json[] | JsonObject,
  resource: string,
  path: string,
  places: { edit: Edit; change: () => void }[],
): void {
  for (const [key, inner] of Object.entries(value)) {
    if (path === '' && (key === 'name' || key === '@type')) continue
    const at = Array.isArray(value) ? path : path === '' ? key : `${path}.${key}`
    if (Array.isArray(inner) || isObject(inner)) collect(inner, resource, at, places)
    else if (inner !== undefined && inner !== '[redacted]' && inner !== 'W3JlZGFjdGVkXQ==') {
      places.push({ edit: { resource, path: at }, change: () => Reflect.set(value, key, other(inner)) })
    }
  }
}

function other(value: Json): Json {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return `${value}-edited`
  return value === true ? 'off' : true
}
