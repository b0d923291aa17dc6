import { AppError } from '../errors.ts'
import type { Document } from '../view.ts'
import type { Format } from './format.ts'

/** The same document as `-o json`. The YAML library is loaded only here. */
export const yaml: Format = {
  name: 'yaml',
  title: 'the same as YAML',
  async render(view) {
    const { dump } = await import('js-yaml')
    const print = (value: unknown) => withinStack(() => dump(value, { lineWidth: -1, noRefs: true, seqNoIndent: true }))
    return pieces(view.document(), print)
  },
}

function* pieces(document: Document, print: (value: unknown) => string): Generator<string> {
  if ('value' in document) {
    yield print(document.value)
    return
  }
  let empty = true
  for (const item of document.list) {
    yield print([item])
    empty = false
  }
  if (empty) yield '[]\n'
}

function withinStack(print: () => string): string {
  try {
    return print()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new AppError('a resource is nested too deeply for YAML', { hint: 'Try: -o json', cause })
  }
}
