import type { Json } from '../../../envoy/json.ts'
import type { ShownChange } from '../model/comparison.ts'
import { changeText } from './change-text.ts'
import { elementName, placeText } from './place-text.ts'

/** From so many on, elements that came to one list, went from it or moved in it are one line; each is in `-o json`. */
const manyElements = 8

/** So many of them are named. */
const maxNamed = 3

/**
 * The changes of a resource as lines, with the objects behind them. What reads the same is one line with a count, as in two filter chains
 * of one name, and so are many elements of a list.
 */
export function changeLines(changes: readonly ShownChange[]): string[] {
  const keyOf = listKeys()
  const keyed = changes.map((change) => ({ change, key: keyOf(change) }))
  const lists = Map.groupBy(keyed, ({ key }) => key)
  const counts = new Map<string, number>()
  const told = new Set<string>()
  for (const { change, key } of keyed) {
    const ofList = key === undefined ? [] : (lists.get(key) ?? [])
    const isMany = ofList.length >= manyElements
    if (isMany && key !== undefined && told.has(key)) continue
    if (isMany && key !== undefined) told.add(key)
    const text = isMany ? listText(ofList.map((one) => one.change)) : changeText(change)
    const line = text + objectsText(change.objects)
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line}  (${count} times)`))
}

/** ` (virtualservice/reviews.shop)`; nothing where no object is known. */
export function objectsText(objects: readonly string[]): string {
  return objects.length === 0 ? '' : `  (${objects.join(', ')})`
}

/** Gives the list that an element came to, went from or moved in, and which of these; undefined for any other change. */
function listKeys(): (change: ShownChange) => string | undefined {
  // Two elements of one name, as two filter chains may be, are two.
  const items = new Map<Json, number>()
  const idOf = (item: Json): number => {
    const id = items.get(item) ?? items.size
    items.set(item, id)
    return id
  }
  return (change) => {
    const { steps, objects } = change
    const last = steps.at(-1)
    if (last === undefined || !('element' in last)) return undefined
    const what = happenedTo(change)
    if (what === undefined) return undefined
    const around = steps.slice(0, -1).map((step) => ('field' in step ? step.field : idOf(step.item)))
    return JSON.stringify([around, what, objects])
  }
}

function happenedTo({ from, to, moved }: ShownChange): 'added' | 'removed' | 'moved' | undefined {
  if (moved) return 'moved'
  if (from === undefined) return 'added'
  return to === undefined ? 'removed' : undefined
}

/** `node.extensions: 12 added, among them a, b, c`. */
function listText(changes: readonly ShownChange[]): string {
  const [first] = changes
  if (first === undefined) return ''
  const { place, field } = placeText(first.steps.slice(0, -1))
  const names = changes.slice(0, maxNamed).flatMap(({ steps }) => {
    const last = steps.at(-1)
    return last !== undefined && 'element' in last ? [elementName(last)] : []
  })
  const where = [place, field].filter((part) => part !== '').join(', ')
  return `${where}: ${changes.length} ${happenedTo(first)}, among them ${names.join(', ')}`
}
