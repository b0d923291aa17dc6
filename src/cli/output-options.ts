import { UsageError } from '../errors.ts'
import type { Format } from '../output/format.ts'
import { formats } from '../output/index.ts'
import type { Option } from './command.ts'

/** Flags that say how a view is printed. */
export const outputOptions: readonly Option[] = [
  {
    name: 'output',
    short: 'o',
    type: 'string',
    value: 'FORMAT',
    describe: `Output format. One of: (${formats.map(({ name }) => name).join(', ')})`,
  },
  { name: 'no-headers', type: 'boolean', describe: "Don't print headers (table and csv)" },
  { name: 'sort-by', type: 'string', value: 'COLUMN', describe: 'Sort the rows by this column' },
]

/** What istioctl calls the table. */
const aliases: Readonly<Record<string, string>> = { short: 'table' }

/** @throws UsageError in kubectl's words for a format that does not exist */
export function formatNamed(wanted: string): Format {
  const found = formats.find(({ name }) => name === (aliases[wanted] ?? wanted))
  if (found !== undefined) return found
  const allowed = formats.map(({ name }) => name).toSorted()
  throw new UsageError(
    `unable to match a printer suitable for the output format "${wanted}", allowed formats are: ${allowed.join(',')}`,
  )
}
