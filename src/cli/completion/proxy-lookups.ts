import type { Args, Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { selectionOf } from '../../contract/selection.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { createContext } from '../run/context.ts'
import type { Lookups } from './lookups.ts'

/** A TAB prints no view. */
const unprinted = { format: { name: 'table', shows: 'rows' }, incomplete: () => undefined } as const

type ProxyLookups = Pick<Lookups, 'containers' | 'loggers' | 'urls' | 'filterValues'>

/** Names that the proxy on the command line knows. @param parsed the flags of the finished words */
export function proxyLookups(command: Command, parsed: () => Promise<Args>, io: IO): ProxyLookups {
  /** The proxy on the command line. Standard input belongs to the terminal, and a selector may stand for many proxies. */
  async function proxy(args: Args, about?: string): Promise<MeshProxy | undefined> {
    const targets = args.positionals.slice(0, 1)
    const selection = selectionOf(args, { command: command.name, targets })
    if (
      selection.from === 'labels' ||
      selection.from === 'scope' ||
      (selection.from === 'files' && selection.files.includes('-'))
    )
      return undefined
    const context = createContext(command, args, io, unprinted)
    const [found] = await context.open(selection, about === undefined ? {} : { about })
    return found
  }

  return {
    async containers() {
      const args = await parsed()
      const [target] = args.positionals
      if (target === undefined) return []
      const cluster = await createContext(command, args, io, unprinted).cluster()
      try {
        return (await cluster.pod(target, io.signal)).containers.map(({ name }) => name)
      } finally {
        cluster.close()
      }
    },
    async loggers() {
      const found = await proxy(await parsed())
      if (found === undefined) return []
      const [{ readLoggers }, { posted }] = await Promise.all([
        import('../../envoy/model/loggers.ts'),
        import('../../mesh/proxies/pages.ts'),
      ])
      return [...readLoggers(await posted(found, 'logging', io.signal)).keys()]
    },
    async urls() {
      const found = await proxy(await parsed())
      return found === undefined ? [] : ((await command.urls?.(found, io.signal)) ?? [])
    },
    async filterValues(resourceKind, filter) {
      const args = await parsed()
      const found = await proxy(args, resourceKind.path)
      if (found === undefined) return []
      const [{ readDump }, { filterValues }, { requiredPage }] = await Promise.all([
        import('../../envoy/input/read-dump.ts'),
        import('./filter-values.ts'),
        import('../../mesh/proxies/pages.ts'),
      ])
      const dump = await readDump(await requiredPage(found, resourceKind.path, io.signal), found.label)
      const wanted = Object.fromEntries(
        resourceKind.filters.map(({ name }) => [name, name === filter ? undefined : args.string(name)]),
      )
      return filterValues({ resourceKind, filter, dump, wanted, now: io.now() })
    },
  }
}
