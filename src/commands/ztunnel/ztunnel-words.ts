import { ztunnelKinds } from '../../ztunnel/index.ts'
import type { ZtunnelKind } from '../../ztunnel/kind.ts'

/** What can follow `ztunnel`. */
export const ztunnelWords: readonly Pick<ZtunnelKind, 'name' | 'title' | 'aliases'>[] = [
  ...ztunnelKinds,
  { name: 'all', aliases: [], title: 'All of these' },
  { name: 'log', aliases: ['o'], title: 'Levels of the loggers; --level and --reset change them' },
]
