/** A field as it is on the wire: bytes for strings, bytes and messages; a number for varints; undefined for what is not read. */
export interface Field {
  readonly number: number
  readonly bytes: Uint8Array
  readonly integer: number
}

/**
 * The fields of one message in the order they come. https://protobuf.dev/programming-guides/encoding/
 * @throws RangeError when the bytes end in the middle of a field, or are no message
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  function varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('the message ends in the middle of a number')
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  function take(length: number): Uint8Array {
    if (at + length > bytes.length) throw new RangeError('the message ends in the middle of a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        yield { number, bytes: empty, integer: varint() }
        break
      case 1:
        yield { number, bytes: take(8), integer: 0 }
        break
      case 2:
        yield { number, bytes: take(varint()), integer: 0 }
        break
      case 5:
        yield { number, bytes: take(4), integer: 0 }
        break
      default:
        throw new RangeError('the bytes are no protobuf message')
    }
  }
}

/** A message whose fields are all strings or messages; those that are undefined are left out. */
export function writeMessage(
  fields: readonly (readonly [number: number, value: string | Uint8Array | undefined])[],
): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (value === undefined) return []
      const bytes = Buffer.from(value)
      return [Buffer.from([...varintBytes(number * 8 + 2), ...varintBytes(bytes.length)]), bytes]
    }),
  )
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

function varintBytes(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varintBytes(Math.floor(value / 128))]
}

const empty = new Uint8Array()
