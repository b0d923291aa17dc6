import { join } from 'node:path'
import { formats } from '../src/output/index.ts'

const folder = join(import.meta.dirname, 'output', 'template')

/** For the formats that take a template, one that prints all that there is. */
const templates = new Map([
  ['jsonpath', '{@}'],
  ['jsonpath-as-json', '{@}{.items}'],
  ['jsonpath-file', join(folder, 'everything.jsonpath')],
  ['custom-columns', 'ALL:@,NAMES:..name'],
  ['custom-columns-file', join(folder, 'everything.columns')],
])

/** A value of `-o` for every format. */
export const outputValues: readonly string[] = formats.map(({ name, takes }) => {
  const template = templates.get(name)
  if (takes !== undefined && template === undefined) throw new Error(`no template for ${name}`)
  return template === undefined ? name : `${name}=${template}`
})
