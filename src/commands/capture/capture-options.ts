import type { Args } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'

/** The patterns of `--redact`; undefined where nothing is to be taken out. @throws UsageError for one that cannot be read */
export function redactPatterns(args: Args): readonly RegExp[] | undefined {
  const patterns = args.strings('redact')
  if (args.boolean('no-redact') !== true) return patterns.map(pattern)
  if (patterns.length > 0) throw new UsageError('--redact cannot be combined with --no-redact')
  return undefined
}

function pattern(text: string): RegExp {
  try {
    const expression = new RegExp(text, 'gu')
    if (!expression.test('')) return expression
  } catch {
    throw new UsageError(`--redact needs a regular expression, got ${JSON.stringify(text)}`)
  }
  throw new UsageError(`--redact ${JSON.stringify(text)} matches what is empty, and so everything`)
}

/** `proxy-capture-20260131T120000Z.zip` */
export function defaultName(now: Date): string {
  return `proxy-capture-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.zip`
}
