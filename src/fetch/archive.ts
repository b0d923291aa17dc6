import { basename } from 'node:path'
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

/** What an admin path may be called in an archive: istioctl bug-report writes `proxies/NS/POD/config_dump?include_eds`. */
const names: readonly { readonly path: RegExp; readonly member: RegExp }[] = [
  { path: /^config_dump/, member: /config[_-]?dump/i },
  { path: /^clusters/, member: /clusters/i },
]

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
  if (members.length === 0 && within !== '') throw absent(all, within, label)
  const [first, ...others] = fitting(members, path)
  if (first === undefined) {
    throw new AppError(
      `${label} is an archive without any ${path.replace(/\?.*/, '')} among its files (${members.length})`,
      {
        hint: 'Unpack it and name the dump with --file.',
      },
    )
  }
  note(`Reading ${first.name} from ${label}.`)
  if (others.length > 0) {
    const listed = others
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')
    note(
      `${label} holds ${others.length} more: ${listed}${others.length > 5 ? ', …' : ''}. ${isFile ? `Read one with --file ${label}/NAME.` : 'Unpack it to read one of them.'}`,
    )
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

/** The members that an admin path may stand for. */
function fitting(members: readonly Member[], path: string): readonly Member[] {
  const pattern = names.find((known) => known.path.test(path))?.member ?? /./
  const named = members.filter(({ name }) => pattern.test(basename(name)))
  return (named.length > 0 ? named : members.filter(looksLikeDump)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function isWithin(name: string, folder: string): boolean {
  return folder === '' || name === folder || name.startsWith(`${folder.replace(/\/$/, '')}/`)
}

function absent(members: readonly Member[], within: string, label: string): AppError {
  const names = members.map(({ name }) => name)
  const near = names.find((name) => name.includes(within))
  return new AppError(`the archive ${label} has no ${JSON.stringify(within)}`, {
    hint: near === undefined ? `List its files: tar tf ${label}` : `Did you mean --file ${label}/${near}?`,
  })
}

/** Whether a file under another name begins like an admin dump. */
function looksLikeDump({ bytes }: Member): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
  return /"configs"|^configs:|ConfigDump|"cluster_?statuses"/im.test(head)
}

/** Of an archive that is cut short, the files before that, the last one as far as it goes. */
async function membersOf(archive: Uint8Array, label: string, note: (line: string) => void): Promise<Member[]> {
  const reader = extract()
  const members: Member[] = []
  let last: { readonly name: string; readonly chunks: Buffer[] } | undefined
  reader.end(Buffer.from(archive.buffer, archive.byteOffset, archive.length))
  try {
    for await (const entry of reader) {
      if (entry.header.type === 'file') last = { name: entry.header.name, chunks: [] }
      for await (const chunk of entry as AsyncIterable<Buffer>) last?.chunks.push(chunk)
      if (last !== undefined) members.push({ name: last.name, bytes: Buffer.concat(last.chunks) })
      last = undefined
    }
  } catch (cause) {
    if (last !== undefined) members.push({ name: last.name, bytes: Buffer.concat(last.chunks) })
    if (members.length === 0)
      throw new AppError(
        `${label} is a broken tar archive (${cause instanceof Error ? cause.message : String(cause)})`,
        {
          cause,
        },
      )
    note(`${label} is an archive that is cut short${last === undefined ? '' : ` within ${last.name}`}.`)
  }
  return members
}
