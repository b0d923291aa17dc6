import { isObject, type Json, type JsonObject, objectsOf, stringOf } from '../json.ts'
import { type Kind, type State, sections } from '../kinds.ts'
import { camelName } from '../proto-json/proto-names.ts'
import type { Entry } from './config-dump.ts'
import { DumpEntry, nameOf, type Parts, type RecentlyRead } from './dump-entry.ts'
import { field } from './dump-field.ts'
import type { Member } from './section.ts'

/**
 * The entries of one section, list by list. Each state of a listener is an entry of its own, and so is an update that Envoy
 * rejected. What has neither resource nor state is still an entry, so that nothing of a dump goes uncounted.
 */
export function entriesOf(kind: Kind, section: JsonObject): Entry[] {
  if (kind === 'bootstrap')
    return [
      new DumpEntry({ kind, state: 'static', wrapper: section, position: 0, resource: field(section, 'bootstrap') }),
    ]
  const entries = sections[kind].lists.flatMap((list) =>
    objectsOf(field(section, list.field)).flatMap((wrapper) =>
      partsIn(kind, list.state, wrapper).map((parts) => new DumpEntry(parts)),
    ),
  )
  markEchoes(entries)
  return entries
}

/**
 * The same one at a time, of a section whose lists have not been parsed. An entry gives up what it holds when others have been
 * read since, and reads it again when asked.
 * @param recent the entries that hold what they read
 * @throws SyntaxError at the first read of a member that is not what it should be
 */
export function* entriesRead(
  kind: Kind,
  members: (list: string) => readonly Member[],
  recent: RecentlyRead,
): Generator<Entry> {
  const rejections: DumpEntry[] = []
  for (const { field: list, state } of sections[kind].lists) {
    const reading = { recent, again: (member: Member) => partsIn(kind, state, member.read()) }
    for (const member of [...members(list), ...members(camelName(list))]) {
      for (const parts of reading.again(member)) {
        const entry = new DumpEntry(parts, { reading, member })
        if (entry.error !== undefined) rejections.push(entry)
        yield entry
      }
    }
  }
  markEchoes(rejections)
}

function markEchoes(entries: readonly DumpEntry[]): void {
  const key = ({ name, error }: Entry) => `${name}\n${error?.details}`
  const rejections = entries.filter(({ error }) => error !== undefined)
  const named = new Set(rejections.filter(({ hasOwnName }) => hasOwnName).map(key))
  for (const entry of rejections) entry.isDuplicate = !entry.hasOwnName && named.has(key(entry))
}

/** The states of one member of `dynamic_listeners`. */
const listenerStates = [
  ['active_state', 'active'],
  ['warming_state', 'warming'],
  ['draining_state', 'draining'],
] as const satisfies readonly (readonly [string, State])[]

function partsIn(kind: Kind, state: State, wrapper: JsonObject): Parts[] {
  const resource = field(wrapper, sections[kind].resource)
  const found: Parts[] = []
  const add = (parts: Omit<Parts, 'kind' | 'wrapper' | 'position'>) =>
    found.push({ kind, wrapper, position: found.length, ...parts })
  for (const item of objectsOf(resource)) add({ state, resource: item })
  for (const [name, ofState] of listenerStates) {
    const part = field(wrapper, name)
    if (!isObject(part)) continue
    const named = { resource: field(part, 'listener'), name: nameOf(kind, wrapper) }
    add({ state: ofState, part, ...named })
  }
  const rejected = field(wrapper, 'error_state')
  if (isObject(rejected)) add(rejection(kind, wrapper, rejected))
  else if (isRejected(wrapper)) add(rejection(kind, wrapper, { details: 'no reason is given' }))
  if (found.length === 0)
    add(isWrapper(wrapper) ? { state: 'unknown', resource: undefined } : { state, part: {}, resource: wrapper })
  return found
}

/** CSDS may say that an update was rejected and nothing more. (ClientResourceStatus NACKED) */
function isRejected(wrapper: JsonObject): boolean {
  const status = field(wrapper, 'client_status')
  return status === 'NACKED' || status === 4
}

/** Whether this is the dump's wrapper around a resource, not a bare resource (map-shaped dumps, istioctl's lists). */
function isWrapper(value: JsonObject): boolean {
  const own = new Set([
    'name',
    'version_info',
    'last_updated',
    'client_status',
    'versionInfo',
    'lastUpdated',
    'clientStatus',
    // An assignment without endpoints has nothing else either.
    ...('client_status' in value ? ['cluster_name'] : []),
  ])
  return Object.entries(value).every(([key, item]) => own.has(key) || isSectionType(key, item))
}

/** With `?resource=` a wrapper stands for a section and has its type. */
function isSectionType(key: string, value: Json | undefined): boolean {
  return key === '@type' && typeof value === 'string' && value.includes('ConfigDump.')
}

function rejection(kind: Kind, wrapper: JsonObject, error: JsonObject) {
  const failed = field(error, 'failed_configuration')
  const rejected = {
    details: stringOf(field(error, 'details')) ?? '',
    lastAttempt: stringOf(field(error, 'last_update_attempt')),
    version: stringOf(field(error, 'version_info')),
  }
  const name = nameOf(kind, wrapper)
  return { state: 'error', resource: failed, name, error: rejected } as const
}
