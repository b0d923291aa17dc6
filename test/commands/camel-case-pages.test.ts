import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { toCamelCase } from '../../src/envoy/proto-json/proto-json.ts'
import { runProgram } from '../run-program.ts'
import { startFakeAdmin } from './fake-admin.ts'

const fixture = (name: string) => readFileSync(`test/fixtures/${name}`, 'utf8')

const pages: Readonly<Record<string, { readonly message: string; readonly text: string }>> = {
  '/config_dump': { message: 'ConfigDump', text: fixture('rejected/config_dump.json') },
  '/clusters': { message: 'Clusters', text: fixture('rejected/clusters.json') },
  '/server_info': { message: 'ServerInfo', text: fixture('sidecar/server_info.json') },
  '/memory': { message: 'Memory', text: JSON.stringify({ allocated: '10485760', total_physical_bytes: '20971520' }) },
  '/listeners': { message: 'Listeners', text: fixture('gateway/listeners.json') },
  '/init_dump': { message: 'UnreadyTargetsDumps', text: fixture('warming/init_dump.json') },
}

function inCamelCase(path: string): string | undefined {
  const page = pages[path]
  return page && JSON.stringify(toCamelCase(JSON.parse(page.text), `envoy.admin.v3.${page.message}`))
}

/** What a command prints of a proxy whose pages have Envoy's own field names, and of one that has them in lowerCamelCase. */
async function bothCases(...words: string[]): Promise<string[]> {
  const printed: string[] = []
  for (const pageAt of [(path: string) => pages[path]?.text, inCamelCase]) {
    const { url, close } = await startFakeAdmin((_method, path) => pageAt(path))
    const { out } = await runProgram([...words, '--url', url])
    await close()
    printed.push(out.replaceAll(url, 'URL'))
  }
  return printed
}

for (const words of [
  ['info'],
  ['stats', '--type', 'clusters'],
  ['stats', '--type', 'clusters', '-o', 'json'],
  ['stats', '--type', 'clusters', '--filter', 'xds', '-o', 'raw'],
  ['status'],
  ['endpoints'],
  ['trace', 'http://shop.example.com/', '-o', 'json'],
]) {
  test(`${words.join(' ')}: the case of field names makes no difference`, async () => {
    const [own, camel] = await bothCases(...words)
    assert.notEqual(own, '')
    assert.equal(camel, own)
  })
}
