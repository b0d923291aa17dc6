import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resourceKinds } from '../../src/resources/index.ts'
import { outputValues } from '../output-values.ts'
import { executable, runProgram } from '../run-program.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}/config_dump.json`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'frozen-'))
const parse = JSON.parse
let frozen = 0

/** Whatever is parsed is frozen to its leaves: in a module, writing into it throws. */
before(() => {
  JSON.parse = (...args) => deeplyFrozen(parse(...args))
})
after(() => {
  JSON.parse = parse
  rmSync(folder, { recursive: true })
})

function deeplyFrozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  frozen++
  Object.values(value).forEach(deeplyFrozen)
  return Object.freeze(value)
}

const cases = join(folder, 'cases.json')
writeFileSync(cases, '[{"request": "http://reviews:9080/", "expect": {"outcome": "route"}}]')

const commandsOf = (file: string, other: string) => [
  ...['all', 'certs', 'authz', 'status', ...resourceKinds.map(({ name }) => name)].map((name) => [
    name,
    '--file',
    file,
  ]),
  ['trace', '--file', file, 'http://reviews:9080/reviews/1', '--explain'],
  ['trace', '--file', file, 'https://shop.example.com:8443/', '--explain'],
  ['trace', '--file', file, 'http://productpage:9080/', '--inbound', '--address', '10.0.0.1:9080', '--explain'],
  ['trace', '--file', file, '--requests', cases, '--coverage'],
  ['authz', '--file', file, '--request', 'http://productpage:9080/'],
  ['describe', 'service', 'reviews', '--file', file],
  ['status', '--file', file, '--control-plane-file', other],
  ['rootca-compare', '--file', file, '--file', other],
]

/** An executable parses for itself: what is parsed there cannot be frozen from here. */
const skip = executable !== undefined && 'in process only: the executable does its own parsing'
for (const name of ['sidecar', 'gateway', 'rejected']) {
  test(`${name}: no command and no format writes into a dump`, { skip }, async () => {
    const commands = commandsOf(fixture(name), fixture(name === 'gateway' ? 'sidecar' : 'gateway'))
    const failed: string[] = []
    let printed = 0
    for (const words of commands) {
      for (const format of [...outputValues, 'unified', 'mermaid', 'dot']) {
        const { out, err } = await runProgram([...words, '-o', format])
        if (out !== '') printed++
        if (/internal error in|read only property|not extensible/.test(err))
          failed.push(`${words.join(' ')} -o ${format}: ${err}`)
      }
    }
    assert.deepEqual(failed, [])
    assert.ok(printed > 80 && frozen > 10_000, `${printed} printed, ${frozen} frozen`)
  })
}
