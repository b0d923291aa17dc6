import { blocksOf } from '../../envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../envoy/certificates/secret-parts.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { Comparison, KindComparison } from '../compare/model/comparison.ts'
import { changeText } from '../compare/words/change-text.ts'
import type { WatchEvent } from './watch-event.ts'

/** What happened, without when and to which proxy. */
export type SeenChange = Omit<WatchEvent, 'time' | 'proxy'>

/** What changed between two readings of one proxy, a line for each change. */
export function changeEvents({ kinds }: Comparison): SeenChange[] {
  return kinds.flatMap(kindEvents)
}

function kindEvents(kind: KindComparison): SeenChange[] {
  const { removed, added, changed, unused } = kind
  const about = kind.kind
  return [
    ...removed.map(({ name, objects }): SeenChange => ({ code: 'removed', about, name, text: 'removed', objects })),
    ...added.map(({ name, objects }): SeenChange => ({ code: 'added', about, name, text: 'added', objects })),
    ...changed.flatMap(({ name, changes }): SeenChange[] => {
      const rotated = about === 'secrets' ? rotation(kind.before.resource(name), kind.after.resource(name)) : undefined
      if (rotated !== undefined) return [{ code: 'certificate-rotated', about, name, text: rotated }]
      return changes.map((change) => ({
        code: 'changed',
        about,
        name,
        text: changeText(change),
        objects: change.objects,
      }))
    }),
    ...unused
      .filter(({ side, state }) => side === 'after' && state === 'error')
      .map(
        ({ name, reason }): SeenChange => ({
          code: 'rejected',
          about,
          name,
          text: `rejected: ${reason ?? 'Envoy keeps no reason'}`,
        }),
      ),
  ]
}

/** `certificate rotated: serial 1f to 2e, valid until 2026-11-30T12:00:00Z`; undefined for a secret without certificates. */
function rotation(before: JsonObject | undefined, after: JsonObject | undefined): string | undefined {
  const [old, own] = [leaf(before), leaf(after)]
  if (own === undefined || old?.serial === own.serial) return undefined
  const from = old === undefined ? '' : `${old.serial} to `
  return `certificate rotated: serial ${from}${own.serial}, valid until ${own.notAfter.toISOString()}`
}

function leaf(secret: JsonObject | undefined) {
  const [part] = secret === undefined ? [] : secretParts(secret)
  const [first] = part === undefined ? [] : blocksOf(part)
  return first !== undefined && 'certificate' in first ? first.certificate : undefined
}
