import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertGolden } from '../golden.ts'
import { runProgram } from '../run-program.ts'

const file = fileURLToPath(new URL('../fixtures/gateway/config_dump.json', import.meta.url))
const dump = readFileSync(file, 'utf8')

interface Config {
  readonly '@type': string
  readonly dynamicActiveClusters?: readonly { readonly cluster: { readonly name: string } }[]
  readonly dynamicListeners?: readonly unknown[]
}

async function configsOf(...argv: string[]): Promise<Config[]> {
  const { code, out } = await runProgram(['all', '--file', file, ...argv])
  assert.equal(code, 0)
  return (JSON.parse(out) as { configs: Config[] }).configs
}

test('every kind with its heading, one below the other', async () => {
  const { code, out, err } = await runProgram(['all', '--file', file, '--with-headers'])
  assert.deepEqual([code, err], [0, ''])
  assertGolden('commands/all.txt', out)
})

test('a filter is for the kinds that have it, as table and as JSON; what is printed is a dump again', async () => {
  const argv = ['--fqdn', 'cart', '--port', '8080', '--subset', 'v2']
  const { out } = await runProgram(['all', '--file', file, ...argv])
  assert.equal(out.match(/^cart\.shop\.svc\.cluster\.local +8080 +v2 /gm)?.length, 1)
  assert.doesNotMatch(out, /^shop\.shop\.svc/m)
  const configs = await configsOf(...argv, '-o', 'json')
  const clusters = configs.find((config) => config['@type'].endsWith('.ClustersConfigDump'))
  assert.deepEqual(
    clusters?.dynamicActiveClusters?.map(({ cluster }) => cluster.name),
    ['outbound|8080|v2|cart.shop.svc.cluster.local'],
  )
  assert.equal(configs.length, JSON.parse(dump).configs.length)
  const again = await runProgram(['all', '--file', '-'], { stdin: JSON.stringify({ configs }) })
  assert.equal(again.out, out)
})

test('yaml holds what json holds', async () => {
  const { load } = await import('js-yaml')
  const { out } = await runProgram(['all', '--file', file, '-o', 'yaml'])
  assert.deepEqual(load(out), { configs: await configsOf('-o', 'json') })
})

test('a section that is broken hides no other one', async () => {
  const broken = dump.replace('"dynamic_listeners": [', '"dynamic_listeners": [}')
  const { code, out, err } = await runProgram(['all', '--file', '-'], { stdin: broken })
  assert.equal(code, 1)
  assert.match(err, /^error: standard input is broken JSON at line \d+, column \d+, inside .*ListenersConfigDump$/m)
  for (const header of ['SERVICE FQDN', 'VHOST NAME', 'RESOURCE NAME', 'SCOPES']) assert.match(out, new RegExp(header))
})

test('types that the program does not know are named, and are in the JSON as they came', async () => {
  const unknown = { '@type': 'type.googleapis.com/vendor.v1.Dump', some_field: { snake_case: 1 } }
  const { configs } = JSON.parse(dump) as { configs: unknown[] }
  const stdin = JSON.stringify({ configs: [...configs, unknown] })
  const { err } = await runProgram(['all', '--file', '-'], { stdin })
  assert.match(err, /^standard input also has vendor\.v1\.Dump: shown with -o json\.$/m)
  const { out } = await runProgram(['all', '--file', '-', '-o', 'json'], { stdin })
  assert.deepEqual((JSON.parse(out) as { configs: unknown[] }).configs.at(-1), unknown)
})

test('one row a line for programs, and no csv of several tables', async () => {
  const { out } = await runProgram(['all', '--file', file, '-o', 'jsonl'])
  const kinds = new Set(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind),
  )
  assert.deepEqual([...kinds].toSorted(), ['bootstrap', 'cluster', 'endpoint', 'listener', 'route', 'scope', 'secret'])
  const { code, err } = await runProgram(['all', '--file', file, '-o', 'csv'])
  assert.equal(code, 1)
  assert.match(err, /^error: unable to match a printer suitable for the output format "csv"/)
})
