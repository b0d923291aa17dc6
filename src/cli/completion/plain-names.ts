import { pipeFree } from '../../envoy/text/pipe-free.ts'
import type { Lookups } from './lookups.ts'

/** Characters that no shell gives a meaning to inside a word, the first of them at its beginning either. */
const plain = /^[\w./][\w./:@%+=,-]*$/

/**
 * Whether completion may offer a name: not where it holds anything that some shell acts on. What a shell script escapes cannot be
 * counted on: kubectl's expands candidates in bash (`compgen -W`) and puts them unquoted on the line.
 */
export function isPlain(name: string): boolean {
  return plain.test(name)
}

/**
 * Lookups whose names are all plain. Whoever runs a proxy, a cluster or a file may have chosen them. Names inside a proxy come in the
 * spelling without pipes, which its filters accept.
 */
export function plainLookups(lookups: Lookups): Lookups {
  const plainOf = async (names: Promise<readonly string[]>) => (await names).filter(isPlain)
  const spelled = async (places: Promise<readonly (readonly string[])[]>) =>
    (await places).map((spellings) => spellings.map(pipeFree).filter(isPlain))
  return {
    contexts: () => plainOf(lookups.contexts()),
    kubeClusters: () => plainOf(lookups.kubeClusters()),
    users: () => plainOf(lookups.users()),
    namespaces: () => plainOf(lookups.namespaces()),
    objects: (type) => plainOf(lookups.objects(type)),
    containers: () => plainOf(lookups.containers()),
    loggers: () => plainOf(lookups.loggers()),
    urls: () => spelled(lookups.urls()),
    filterValues: (resourceKind, filter) => spelled(lookups.filterValues(resourceKind, filter)),
  }
}

/** Of each place the first spelling that goes on from what is typed, once. */
export function begunBy(typed: string, places: readonly (readonly string[])[]): string[] {
  const wanted = pipeFree(typed)
  return [...new Set(places.flatMap((spellings) => spellings.find((text) => text.startsWith(wanted)) ?? []))]
}
