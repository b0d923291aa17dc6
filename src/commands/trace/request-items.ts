import { parseJson } from '../../envoy/input/parse-json.ts'
import type { Json } from '../../envoy/json.ts'

/** A case as the file has it. `place` is where: `case 3`, `line 3`. */
export interface RequestItem {
  readonly place: string
  /** Undefined when the line is no JSON. */
  readonly value: Json | undefined
}

/** The cases of a document, by their number. */
export function documentItems(cases: readonly Json[]): RequestItem[] {
  return cases.map((value, index) => ({ place: `case ${index + 1}`, value }))
}

/** The cases of JSON lines, by the number of their line. */
export async function* lineItems(batches: AsyncIterable<readonly string[]>): AsyncGenerator<RequestItem[]> {
  let number = 0
  for await (const lines of batches) {
    const items: RequestItem[] = []
    for (const line of lines) {
      number++
      if (line.trim() !== '') items.push({ place: `line ${number}`, value: parsed(line) })
    }
    yield items
  }
}

function parsed(line: string): Json | undefined {
  try {
    return parseJson(line, 'the line')
  } catch {
    return undefined
  }
}
