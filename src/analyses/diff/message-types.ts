import { renamed } from './scalar-fields.generated.ts'

/** A type URL with the message's name in API v3, where the message is known under another name in v2; otherwise as it is. */
export function currentTypeUrl(url: string): string {
  const name = url.slice(url.lastIndexOf('/') + 1)
  return `type.googleapis.com/${currentNames.get(name) ?? name}`
}

const currentNames = new Map(
  renamed.split(' ').map((pair): [string, string] => {
    const [before = '', now = ''] = pair.split(':')
    return [before, now]
  }),
)
