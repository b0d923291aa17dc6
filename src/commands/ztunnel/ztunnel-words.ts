import { ztunnelWords as kinds, type ZtunnelWord } from '../../ztunnel/words.ts'

/** What can follow `ztunnel`. */
export const ztunnelWords: readonly ZtunnelWord[] = [
  ...Object.values(kinds),
  { name: 'all', aliases: [], title: 'All of these' },
  { name: 'log', aliases: ['o'], title: 'Levels of the loggers; --level and --reset change them' },
]
