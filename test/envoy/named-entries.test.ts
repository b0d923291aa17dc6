import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Entry } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { kinds } from '../../src/envoy/kinds.ts'

const fixtures = new URL('../fixtures/', import.meta.url)
const facts = ({ name, state, version, resource, isDuplicate }: Entry) => ({
  name,
  state,
  version,
  resource,
  isDuplicate,
})

test('entries looked up by name are the ones that a whole reading gives', async () => {
  let compared = 0
  for (const folder of readdirSync(fixtures)) {
    if (folder.includes('.')) continue
    const bytes = readFileSync(new URL(`${folder}/config_dump.json`, fixtures))
    const whole = await readDump(bytes, folder)
    const searched = await readDump(bytes, folder)
    for (const kind of kinds) {
      const all = whole.entries(kind)
      for (const name of new Set([...all.map((entry) => entry.name), 'no such name', 'no-such-name'])) {
        const expected = all.filter((entry) => entry.name === name)
        assert.deepEqual(searched.named(kind, name).map(facts), expected.map(facts), `${folder} ${kind} ${name}`)
        compared += expected.length
      }
    }
  }
  assert.ok(compared > 300, `only ${compared} entries`)
})
