import { posix } from 'node:path'
import type { Member } from './read-archive.ts'

/**
 * The members that may be configuration dumps, by name. A dump goes by what it is called, as in the
 * `proxies/NS/POD/config_dump?include_eds` of istioctl bug-report, else by what it holds. Beside a dump that is called so, other files
 * of its folder are taken for none: what a control plane would send looks like one.
 */
export function dumpsAmong(members: readonly Member[]): readonly Member[] {
  const called = members.filter(({ name }) => /config[_-]?dump/i.test(posix.basename(name)))
  if (called.length === 0) return members.filter(holdsDump).toSorted(byName)
  const homes = new Set(called.map(({ name }) => posix.dirname(name)))
  const others = members.filter((member) => !homes.has(posix.dirname(member.name)) && beginsAsDump(member))
  return [...called, ...others].toSorted(byName)
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

/**
 * Whether a file under any name begins like a configuration dump: JSON or YAML with its words. A script or a text that speaks of them is
 * none.
 */
export function holdsDump(member: Member): boolean {
  const head = headOf(member)
  return jsonStart.test(head)
    ? /"configs"|ConfigDump/i.test(head)
    : /^configs:|^[\s-]*["']?@type["']?:.*ConfigDump/im.test(head)
}

/** Behind a byte order mark, in Latin-1. */
const jsonStart = /^(?:\u00ef\u00bb\u00bf)?\s*[[{"]/

/** Whether a file begins exactly as Envoy's reply does, as JSON or YAML. */
function beginsAsDump(member: Member): boolean {
  return /^(?:\s*\{\s*"configs"\s*:|configs:)/.test(headOf(member))
}

/** Whether it begins like `/clusters?format=json`. */
function holdsHosts(member: Member): boolean {
  return /"cluster_?statuses"/i.test(headOf(member))
}

function headOf(member: Member): string {
  const head = member.head ?? member.bytes
  return Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, headSize)).toString('latin1')
}

/** Bytes of a file by which it is known. */
export const headSize = 4096
