import { pipeFree } from '../../envoy/model/pipe-free.ts'
import type { Lookups } from './lookups.ts'

/** Characters that no shell gives a meaning to inside a word, the first of them at its beginning either. */
const plain = /^[\w./][\w./:@%+=,-]*$/

/**
 * A name as completion may offer it: without pipes, and undefined where it holds anything that some shell acts on. What a shell
 * script escapes cannot be counted on: kubectl's expands candidates in bash (`compgen -W`) and puts them unquoted on the line.
 */
export function plainName(name: string): string | undefined {
  const spelled = pipeFree(name)
  return plain.test(spelled) ? spelled : undefined
}

/** Lookups whose names are all plain. Whoever runs a proxy, a cluster or a file may have chosen them. */
export function plainLookups(lookups: Lookups): Lookups {
  const plainOf = async (names: Promise<readonly string[]>) => (await names).flatMap((name) => plainName(name) ?? [])
  return {
    contexts: () => plainOf(lookups.contexts()),
    kubeClusters: () => plainOf(lookups.kubeClusters()),
    users: () => plainOf(lookups.users()),
    namespaces: () => plainOf(lookups.namespaces()),
    objects: (type) => plainOf(lookups.objects(type)),
    containers: () => plainOf(lookups.containers()),
    loggers: () => plainOf(lookups.loggers()),
    urls: async () => await Promise.all((await lookups.urls()).map((urls) => plainOf(Promise.resolve(urls)))),
    filterValues: (resourceKind, filter) => plainOf(lookups.filterValues(resourceKind, filter)),
  }
}
