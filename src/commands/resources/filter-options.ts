import type { Args, Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import type { WantedFilters } from '../../resources/view-options.ts'

/** The filters of a resource kind as flags. */
export function filterOptions({ filters }: AnyResourceKind): Option[] {
  return filters.map(({ name, describe, choices, number }) => ({
    name,
    describe: choices === undefined ? describe : `${describe}: ${choices.join(', ')}`,
    type: number ? 'number' : 'string',
  }))
}

/** What the arguments ask of a resource kind. @throws UsageError for a value that no entry can have */
export function wantedFilters({ filters }: AnyResourceKind, args: Args): WantedFilters {
  for (const { name, choices } of filters) {
    const unknown = wantedValue(name, args)
      ?.split(',')
      .find((value) => choices !== undefined && !choices.some((choice) => choice.toLowerCase() === value.toLowerCase()))
    if (unknown !== undefined) {
      throw new UsageError(
        `--${name} accepts ${choices?.join(', ')}, or several of them separated by commas; got ${JSON.stringify(unknown)}`,
      )
    }
  }
  return Object.fromEntries(filters.map(({ name }) => [name, wantedValue(name, args)]))
}

/** An empty text and port 0 are what help shows as the defaults: as in istioctl, they ask for nothing. */
function wantedValue(name: string, args: Args): string | undefined {
  const value = args.string(name)
  return value === '' || args.number(name) === 0 ? undefined : value
}
