import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resourceKinds } from '../../src/resources/index.ts'
import { assertGolden } from '../golden.ts'
import { outputValues } from '../output-values.ts'
import { runProgram } from '../run-program.ts'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const names = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'config_dump.json')))

/** What a user sees: the command, both streams, the exit code. Paths are relative, so that the text is the same everywhere. */
async function transcript(fixture: string, file: string, argv: readonly string[]): Promise<string> {
  const path = join(fixtures, fixture, file)
  const { code, out, err } = await runProgram([...argv, '--file', path])
  assert.doesNotMatch(err, /defect/)
  const text = `$ kubectl proxy-config ${argv.join(' ')} --file ${file}\n${out}${err === '' ? '' : `--- stderr\n${err}`}--- exit ${code}\n`
  return text.replaceAll(path, file)
}

for (const fixture of names) {
  test(`every kind of ${fixture} as a wide table`, async () => {
    for (const { name } of resourceKinds) {
      assertGolden(`${fixture}/${name}.txt`, await transcript(fixture, 'config_dump.json', [name, '-o', 'wide']))
    }
    assertGolden(
      `${fixture}/endpoints-live.txt`,
      await transcript(fixture, 'clusters.json', ['endpoints', '-o', 'wide']),
    )
  })
}

test('every format', async () => {
  for (const value of outputValues) {
    const [name = ''] = value.split('=')
    // Bytes: test/output/parquet.test.ts reads them back.
    if (name === 'parquet') continue
    const argv = ['clusters', '--fqdn', 'reviews', '--subset', 'v1', '-o', value]
    const text = await transcript('sidecar', 'config_dump.json', argv)
    // Where the file of a template is differs from machine to machine.
    const shown = name.endsWith('-file') ? text.replace(value, `${name}=${basename(value)}`) : text
    assertGolden(`formats/${name}.txt`, shown)
  }
})

test('filters, order and headers', async () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'clusters-port': ['clusters', '--port', '9080', '--direction', 'outbound', '--sort-by', 'subset'],
    'listeners-brief': ['listeners', '--verbose=false', '--type', 'http'],
    'listeners-address': ['listeners', '--address', '10.96.0.10', '--no-headers'],
    'routes-path': ['routes', '--name', '9080', '--domain', 'reviews', '--path', '/health'],
    'routes-brief': ['routes', '--verbose=false'],
    'eds-address': ['eds', '--address', '10.244.1.21'],
    'eds-address-port': ['eds', '--address', '10.244.1.21:9080', '--status', 'healthy'],
    'bootstrap-table': ['bootstrap', '-o', 'short'],
    nothing: ['clusters', '--fqdn', 'no-such-service'],
  }
  for (const [name, argv] of Object.entries(cases)) {
    assertGolden(`filters/${name}.txt`, await transcript('sidecar', 'config_dump.json', argv))
  }
})

test('json holds only what matched', async () => {
  const file = join(fixtures, 'sidecar', 'config_dump.json')
  const { out } = await runProgram(['endpoints', '--file', file, '--address', '10.244.1.22', '-o', 'json'])
  const addresses = [...out.matchAll(/"address": "([\d.]+)"/g)].map(([, address]) => address)
  assert.deepEqual(new Set(addresses), new Set(['10.244.1.22']))
  const routes = JSON.parse((await runProgram(['routes', '--file', file, '--path', '/health', '-o', 'json'])).out)
  for (const { virtualHosts } of routes) for (const { routes: shown } of virtualHosts) assert.ok(shown.length > 0)
})

test('nothing found is said on stderr, and json stays valid', async () => {
  const file = join(fixtures, 'sidecar', 'config_dump.json')
  const { code, out, err } = await runProgram(['clusters', '--file', file, '--fqdn', 'nowhere', '-o', 'json'])
  assert.deepEqual({ code, out }, { code: 0, out: '[]\n' })
  assert.match(err, /^No clusters found that match the filters/)
})
