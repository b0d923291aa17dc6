import { AppError } from '../../errors.ts'
import { pageName } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { archivePath, isTar } from './archive-file.ts'
import { type FileContent, fileContent, type StandardInput } from './file-content.ts'
import type { Member } from './read-archive.ts'

export interface SavedOptions {
  readonly input: StandardInput
  /** The page that the question is about: a file that is no archive is taken for that one, and has no other. */
  readonly about: string
  note(line: string): void
}

/**
 * The proxies of saved files. Of an archive with the dumps of several it is the first by name.
 * @param eachDump of such an archive, and of a folder, it is each of them
 */
export async function savedProxies(
  paths: readonly string[],
  options: SavedOptions,
  eachDump = false,
): Promise<readonly MeshProxy[]> {
  const files = paths.map((path) => savedFile(path, options))
  if (!eachDump) return files.map(proxyOf)
  const dumps = (await Promise.all(files.map(proxiesIn))).flat()
  // Each once, also of a folder and a file in it.
  return [...new Map(dumps.map((dump) => [dump.id.name, dump])).values()]
}

/** A file that `--file` names. It is read once, and only when it is needed. */
interface SavedFile {
  readonly path: string
  readonly content: FileContent
  /** The member of an archive, or the folder in it, that the path names after the file. */
  readonly within: string | undefined
  readonly isFolder: boolean
  readonly options: SavedOptions
  /** The files of an archive; undefined for a file that is none. @throws AppError when it cannot be read */
  members(): Promise<readonly Member[] | undefined>
}

function savedFile(path: string, options: SavedOptions): SavedFile {
  const { file, within, isFolder = false } = path === '-' ? { file: path } : archivePath(path)
  const content = fileContent(file, options.input, options.note)
  let members: ReturnType<SavedFile['members']> | undefined
  return {
    path,
    content,
    within,
    isFolder,
    options,
    members() {
      members ??= membersOf(content, options.note)
      return members
    },
  }
}

/** Bytes that tell an archive. */
const headSize = 512

async function membersOf(content: FileContent, note: (line: string) => void): Promise<readonly Member[] | undefined> {
  const stored = await content.read()
  if (!isTar(stored.read(0, Math.min(stored.size, headSize)))) return undefined
  const [{ readArchive }, { faultOf, PassedOver }] = await Promise.all([
    import('./read-archive.ts'),
    import('./passed-over.ts'),
  ])
  const passedOver = new PassedOver()
  const members = await readArchive(stored.read(0, stored.size), content.label, note, (name, kind) =>
    passedOver.add(faultOf(kind), name),
  )
  passedOver.lines(content.label).forEach(note)
  return members
}

function proxyOf(file: SavedFile): MeshProxy {
  const { path, content, within } = file
  const label = within === undefined ? content.label : path
  let opened: Promise<Pick<MeshProxy, 'page' | 'absence'>> | undefined
  const pages = () => {
    opened ??= pagesOf(file)
    return opened
  }
  return {
    id: { name: label },
    label,
    live: false,
    page: async (name) => (await pages()).page(name),
    absence: async (name) => (await pages()).absence(name),
  }
}

async function pagesOf({
  path,
  content,
  within,
  options: { about, note },
  members: read,
}: SavedFile): Promise<Pick<MeshProxy, 'page' | 'absence'>> {
  const members = await read()
  if (members !== undefined) {
    const { archivePages } = await import('./archive-proxy.ts')
    return archivePages({ members, label: content.label, within, isFile: path !== '-', about, note })
  }
  if (within !== undefined)
    throw new AppError(`the path "${path}" does not exist: ${content.label} is a file, and no archive`)
  return {
    page: async (name) => (pageName(name) === pageName(about) ? content.read() : 'absent'),
    absence: async (name) =>
      new AppError(`${content.label} is one page of an admin interface, and has no ${pageName(name)} beside it`),
  }
}

async function proxiesIn(file: SavedFile): Promise<readonly MeshProxy[]> {
  const { path, content, within = '', isFolder, options } = file
  if (isFolder) {
    const { folderProxies } = await import('./folder-proxies.ts')
    try {
      return folderProxies(path, options)
    } catch (error) {
      if (error instanceof AppError) return [unreadableProxy(path, error)]
      throw error
    }
  }
  const whole = proxyOf(file)
  // What cannot be read is reported when it is asked for a page, beside the others.
  const members = path === '-' ? undefined : await file.members().catch(() => undefined)
  if (members === undefined) return [whole]
  const [{ memberProxy }, { dumpsAmong, isWithin }] = await Promise.all([
    import('./archive-proxy.ts'),
    import('./choose-member.ts'),
  ])
  const dumps = dumpsAmong(members.filter(({ name }) => isWithin(name, within)))
  return dumps.length < 2
    ? [whole]
    : dumps.map((dump) => memberProxy({ archive: content.label, members, dump, about: options.about }))
}

/** Stands for a folder without dumps: its pages fail with that reason, beside those of the other proxies. */
function unreadableProxy(label: string, error: AppError): MeshProxy {
  return { id: { name: label }, label, live: false, page: () => Promise.reject(error), absence: async () => error }
}
