import { posix } from 'node:path'
import { extract } from 'tar-stream'
import { AppError } from '../errors.ts'

interface Wanted {
  /** The admin path whose answer is looked for. */
  readonly path: string
  /** The member, or the folder that it is in; everything without it. */
  readonly within?: string | undefined
  readonly label: string
  /** Whether the label is the archive's path. */
  readonly isFile: boolean
  note(line: string): void
}

interface Member {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * The member of a tar archive that holds the answer to an admin path. With several, the first by name is taken and the others
 * are named in a note.
 * @throws AppError when there is none
 */
export async function memberFor(
  archive: Uint8Array,
  { path, within = '', label, isFile, note }: Wanted,
): Promise<Uint8Array> {
  const all = await membersOf(archive, label, note)
  const members = all.filter(({ name }) => isWithin(name, within))
  if (members.length === 0 && within !== '') throw absent(all, { path, within, label })
  // Who names a file means that one, whatever it is called and holds.
  const named = members.find(({ name }) => name === within)
  const [first, ...others] = named === undefined ? fitting(members, path) : [named]
  if (first === undefined) {
    throw new AppError(
      `${label} is an archive without any ${path.replace(/\?.*/, '')} among its files (${members.length})`,
      {
        hint: 'Unpack it and name the dump with --file.',
      },
    )
  }
  const read = told.get(archive) ?? new Set()
  told.set(archive, read)
  if (read.has(first)) return first.bytes
  read.add(first)
  note(`Reading ${first.name} from ${label}.`)
  if (others.length > 0) {
    const listed = others
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')
    const how = isFile ? `Read one with --file ${label}/NAME.` : 'Unpack it to read one of them.'
    note(`${label} holds ${others.length} more: ${listed}${others.length > 5 ? ', …' : ''}. ${how}`)
  }
  return first.bytes
}

/** Every configuration dump in a tar archive, or in a folder of it, by name. */
export async function dumpsIn(
  archive: Uint8Array,
  { within = '', label, note }: Pick<Wanted, 'within' | 'label' | 'note'>,
): Promise<readonly Member[]> {
  const members = await membersOf(archive, label, note)
  return fitting(
    members.filter(({ name }) => isWithin(name, within)),
    'config_dump',
  )
}

/**
 * The members that may hold the answer to an admin path, by name. A dump goes by what it is called, as in the
 * `proxies/NS/POD/config_dump?include_eds` of istioctl bug-report, else by what it holds. Other pages come from the folder of the first
 * dump, and from none that has a second: pages of two proxies are never mixed. In place of `/clusters` as text, which bug-report
 * writes, the dump stands.
 */
function fitting(members: readonly Member[], path: string): readonly Member[] {
  const called = members.filter(({ name }) => /config[_-]?dump/i.test(posix.basename(name)))
  const dumps = (called.length > 0 ? called : members.filter(holdsDump)).toSorted(byName)
  const [page = ''] = path.split('?', 1)
  const home = new Set(dumps.slice(0, 1).map(({ name }) => posix.dirname(name)))
  const isOfFirst = ({ name }: Member): boolean => home.size === 0 || home.has(posix.dirname(name))
  const pages = members
    .filter((member) => isOfFirst(member) && posix.basename(member.name).toLowerCase().includes(page))
    .filter((member) => page !== 'clusters' || holdsHosts(member))
    .toSorted(byName)
  if (page === 'config_dump') return dumps.length > 0 ? dumps : members.filter(holdsHosts).toSorted(byName)
  const own = dumps.filter(isOfFirst).length > 1 ? [] : pages
  return own.length === 0 && page === 'clusters' ? dumps : own
}

function byName(a: Member, b: Member): number {
  return a.name < b.name ? -1 : 1
}

function isWithin(name: string, folder: string): boolean {
  return folder === '' || name === folder || name.startsWith(`${folder.replace(/\/$/, '')}/`)
}

function absent(
  members: readonly Member[],
  { path, within, label }: { readonly path: string; readonly within: string; readonly label: string },
): AppError {
  const similar = members.filter(({ name }) => name.includes(within))
  const [near] = [...fitting(similar, path), ...similar]
  return new AppError(`the archive ${label} has no ${JSON.stringify(within)}`, {
    hint: near === undefined ? `List its files: tar tf ${label}` : `Did you mean --file ${label}/${near.name}?`,
  })
}

/** Whether a file under any name begins like a configuration dump. */
function holdsDump(member: Member): boolean {
  return /"configs"|^configs:|ConfigDump/im.test(headOf(member))
}

/** Whether it begins like `/clusters?format=json`. */
function holdsHosts(member: Member): boolean {
  return /"cluster_?statuses"/i.test(headOf(member))
}

function headOf({ bytes }: Member): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
}

/** Members that a note has named. */
const told = new WeakMap<Uint8Array, Set<Member>>()

const unpacked = new WeakMap<Uint8Array, Promise<readonly Member[]>>()

/** Unpacked once, however many pages are read: what an archive lacks is said once, and a member is the same each time. */
function membersOf(archive: Uint8Array, label: string, note: (line: string) => void): Promise<readonly Member[]> {
  const known = unpacked.get(archive) ?? extractAll(archive, label, note)
  unpacked.set(archive, known)
  return known
}

/** Of an archive that is cut short, the files before that, the last one as far as it goes. */
async function extractAll(archive: Uint8Array, label: string, note: (line: string) => void): Promise<Member[]> {
  const reader = extract()
  const members: Member[] = []
  let last: { readonly name: string; readonly chunks: Buffer[] } | undefined
  reader.end(Buffer.from(archive.buffer, archive.byteOffset, archive.length))
  try {
    for await (const entry of reader) {
      // No data follows a folder, whatever size it says it has; tar-stream would wait for it.
      if (entry.header.type === 'directory') entry.header.size = 0
      if (entry.header.type === 'file') last = { name: entry.header.name, chunks: [] }
      for await (const chunk of entry as AsyncIterable<Buffer>) last?.chunks.push(chunk)
      if (last !== undefined) members.push({ name: last.name, bytes: Buffer.concat(last.chunks) })
      last = undefined
    }
  } catch (cause) {
    if (last !== undefined) members.push({ name: last.name, bytes: Buffer.concat(last.chunks) })
    if (members.length === 0) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(`${label} is a broken tar archive (${reason})`, { cause })
    }
    note(`${label} is an archive that is cut short${last === undefined ? '' : ` within ${last.name}`}.`)
  }
  return members
}
