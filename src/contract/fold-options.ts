import type { Option } from './command.ts'

/** Flags that say how the rows of many proxies are folded. */
export const foldOptions: readonly Option[] = [
  {
    name: 'group',
    type: 'boolean',
    describe: 'Show rows that are equal in several proxies once, with their count: 52 of 52, or 1 of 52 and which',
  },
  { name: 'odd', type: 'boolean', describe: 'Show only the rows that not all of the proxies have, each once' },
]
