import { posix } from 'node:path'
import type { Member } from './read-archive.ts'

/**
 * The members that may be configuration dumps, by name. A dump goes by what it is called, as in the
 * `proxies/NS/POD/config_dump?include_eds` of istioctl bug-report, else by what it holds.
 */
export function dumpsAmong(members: readonly Member[]): readonly Member[] {
  const called = members.filter(({ name }) => /config[_-]?dump/i.test(posix.basename(name)))
  return (called.length > 0 ? called : members.filter(holdsDump)).toSorted(byName)
}

/**
 * The members that may be the page a question is about, the likeliest first. In place of `/clusters` as text, which istioctl bug-report
 * writes, the dump stands; and in place of a dump the hosts, where there is none.
 */
export function mainPages(members: readonly Member[], page: string): readonly Member[] {
  const dumps = dumpsAmong(members)
  if (page === 'config_dump') return dumps.length > 0 ? dumps : members.filter(holdsHosts).toSorted(byName)
  const own = pagesBeside(members, dumps[0], page)
  return own.length === 0 && page === 'clusters' ? dumps : own
}

/**
 * The members that may be another page of the proxy whose dump is given. They come from the folder of that dump, and from none that
 * has a second: pages of two proxies are never mixed.
 */
export function pagesBeside(members: readonly Member[], dump: Member | undefined, page: string): readonly Member[] {
  const home = dump === undefined ? undefined : posix.dirname(dump.name)
  const near = members.filter(({ name }) => home === undefined || posix.dirname(name) === home)
  if (dump !== undefined && dumpsAmong(near).length > 1) return []
  return near
    .filter(({ name }) => posix.basename(name).toLowerCase().includes(page))
    .filter((member) => page !== 'clusters' || holdsHosts(member))
    .toSorted(byName)
}

/** Whether a member is the one that is named, or in that folder. */
export function isWithin(name: string, folder: string): boolean {
  return folder === '' || name === folder || name.startsWith(`${folder.replace(/\/$/, '')}/`)
}

/** Whether a member begins like JSON. */
export function isJson(member: Member): boolean {
  return /^\s*[[{]/.test(headOf(member))
}

function byName(a: Member, b: Member): number {
  return a.name < b.name ? -1 : 1
}

/** Whether a file under any name begins like a configuration dump. */
export function holdsDump(member: Member): boolean {
  return /"configs"|^configs:|ConfigDump/im.test(headOf(member))
}

/** Whether it begins like `/clusters?format=json`. */
function holdsHosts(member: Member): boolean {
  return /"cluster_?statuses"/i.test(headOf(member))
}

function headOf({ bytes }: Member): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
}
