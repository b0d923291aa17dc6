import { isObject, type JsonObject } from '../../envoy/json.ts'

/** Every object in a value, the value itself first where it is one; however deep they are. */
export function* everyObject(value: unknown): Generator<JsonObject> {
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const part = pending.pop()
    if (Array.isArray(part)) for (const item of part) pending.push(item)
    if (!isObject(part)) continue
    yield part
    for (const member of Object.values(part)) pending.push(member)
  }
}
