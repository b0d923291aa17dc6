import { inMemory } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { pageName } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpsAmong, isJson, isWithin, mainPages, pagesBeside } from './choose-member.ts'
import type { Member } from './read-archive.ts'

interface ArchiveInput {
  readonly members: readonly Member[]
  /** Names the archive. */
  readonly label: string
  /** The member, or the folder that it is in; everything without it. */
  readonly within?: string | undefined
  /** Whether the label is the archive's path, and not standard input. */
  readonly isFile: boolean
  /** The page that the question is about. */
  readonly about: string
  note(line: string): void
}

/**
 * The pages of the proxy of an archive. With the dumps of several, the first by name is taken and the others are named in a note.
 * Who names a file within means that one, whatever it is called and holds.
 */
export function archivePages({
  members,
  label,
  within = '',
  isFile,
  about,
  note,
}: ArchiveInput): Pick<MeshProxy, 'page' | 'absence'> {
  const announced = new Set<Member>()

  function announce(member: Member, others: readonly Member[]): void {
    if (announced.has(member)) return
    announced.add(member)
    note(`Reading ${member.name} from ${label}.`)
    if (others.length === 0) return
    const listed = others
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')
    const how = isFile ? `Read one with --file ${label}/NAME.` : 'Unpack it to read one of them.'
    note(`${label} holds ${others.length} more: ${listed}${others.length > 5 ? ', …' : ''}. ${how}`)
  }

  return {
    async page(path) {
      const inside = members.filter(({ name }) => isWithin(name, within))
      if (inside.length === 0 && within !== '') throw absentMember(members, within, { label, about })
      const isMain = pageName(path) === pageName(about)
      const named = inside.find(({ name }) => name === within)
      const [first, ...others] =
        named !== undefined
          ? [named].filter(() => isMain)
          : isMain
            ? mainPages(inside, pageName(path))
            : pagesBeside(inside, dumpsAmong(inside)[0], pageName(path)).filter(isJson)
      if (first === undefined) return 'absent'
      announce(first, isMain ? others : [])
      return inMemory(first.bytes, first.written)
    },
    async absence(path) {
      const inside = members.filter(({ name }) => isWithin(name, within))
      return new AppError(`${label} is an archive without any ${pageName(path)} among its files (${inside.length})`, {
        hint: 'Unpack it and name the dump with --file.',
      })
    },
  }
}

interface DumpInput {
  readonly members: readonly Member[]
  readonly dump: Member
  /** Names the archive or folder. */
  readonly archive: string
  /** The page that the question is about. */
  readonly about: string
}

/**
 * The proxy of one dump of an archive or folder, with the pages that lie beside that dump. Where hosts are what is asked for, and no
 * `/clusters` lies there, the dump tells them, as it does where it is named by itself.
 */
export function memberProxy({ archive, members, dump, about }: DumpInput): MeshProxy {
  const label = `${archive}/${dump.name}`
  const isAboutHosts = pageName(about) === 'clusters'
  return {
    id: { name: label },
    label,
    live: false,
    async page(path) {
      const page = pageName(path)
      const beside = page === 'config_dump' ? [dump] : pagesBeside(members, dump, page).filter(isJson)
      const found = beside[0] ?? (isAboutHosts && page === 'clusters' ? dump : undefined)
      return found === undefined ? 'absent' : inMemory(found.bytes, found.written)
    },
    absence: async (path) => new AppError(`${label} is the dump of a proxy, and has no ${pageName(path)} beside it`),
  }
}

function absentMember(
  members: readonly Member[],
  within: string,
  { label, about }: { readonly label: string; readonly about: string },
): AppError {
  const similar = members.filter(({ name }) => name.includes(within))
  const [near] = [...mainPages(similar, pageName(about)), ...similar]
  return new AppError(`the archive ${label} has no ${JSON.stringify(within)}`, {
    hint: near === undefined ? `List its files: tar tf ${label}` : `Did you mean --file ${label}/${near.name}?`,
  })
}
