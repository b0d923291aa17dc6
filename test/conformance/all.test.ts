import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isObject, type Json, objectOf, objectsOf } from '../../src/envoy/json.ts'
import { runProgram } from '../run-program.ts'
import { corpus, filesIn, hasCorpus } from './corpus.ts'

test('all -o json holds every section with every value, and is a dump again', async (t) => {
  if (!hasCorpus(t)) return
  const hidden = new Map<string, number>()
  const counted = { dumps: 0, sections: 0, values: 0 }
  for (const file of filesIn('dumps', 'assembled', 'lab/raw')) {
    const configs = configsOf(file)
    if (configs === undefined || configs.length === 0) continue
    const { code, out, err } = await runProgram(['all', '--file', join(corpus, file), '-o', 'json'])
    assert.equal(code, 0, `${file}: ${err}`)
    const printed: Json = JSON.parse(out)
    const ours = objectsOf(objectOf(printed).configs)
    const expected = leaves(configs)
    const found = leaves([...ours]).map((leaf, index) => {
      const [path = ''] = leaf.split(' ')
      if (leaf === expected[index] || !isHidden(leaf) || !expected[index]?.startsWith(`${path} `)) return leaf
      const field = path
        .replaceAll(/\[\d+\]/g, '')
        .split('.')
        .slice(-2)
        .join('.')
      hidden.set(field, (hidden.get(field) ?? 0) + 1)
      return expected[index]
    })
    assert.deepEqual(found, expected, file)
    const raw = await runProgram(['all', '--file', '-', '-o', 'json'], { stdin: out })
    assert.equal(raw.out, out, file)
    counted.dumps++
    counted.sections += configs.length
    counted.values += leaves(configs).length
  }
  t.diagnostic(JSON.stringify(counted))
  t.diagnostic(`hidden: ${JSON.stringify(Object.fromEntries(hidden))}`)
  assert.ok(counted.dumps > 200 && counted.values > 100_000)
})

/** The sections of a dump in Envoy's own form; secrets in it are hidden on purpose, and are left out here. */
function configsOf(file: string): Json[] | undefined {
  try {
    const { configs } = objectOf(JSON.parse(readFileSync(join(corpus, file), 'utf8')))
    const isOwn =
      Array.isArray(configs) && configs.every((section) => /ConfigDump/.test(String(objectOf(section)['@type'])))
    return isOwn ? configs : undefined
  } catch {
    return undefined
  }
}

function isHidden(leaf: string): boolean {
  return leaf.endsWith('"[redacted]"') || leaf.endsWith('"W3JlZGFjdGVkXQ=="')
}

/** All values in their order, each with its path; a key counts whatever its case. */
function leaves(tree: Json | undefined): string[] {
  const found: string[] = []
  const visit = (value: Json | undefined, path: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`)
    else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key.replaceAll('_', '').toLowerCase()}`)
    } else found.push(`${path} ${JSON.stringify(value)}`)
  }
  visit(tree, '')
  return found
}
