import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const fixture = fileURLToPath(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'process-'))
after(() => rmSync(folder, { recursive: true }))

/** A dump whose JSON output is more than 50 MB: real clusters under new names. */
function bigDump(): { path: string; clusters: number } {
  const dump = JSON.parse(readFileSync(fixture, 'utf8'))
  const section = dump.configs.find((config: { '@type': string }) => config['@type'].endsWith('ClustersConfigDump'))
  const own = section.dynamic_active_clusters
  const copies = 1000
  section.dynamic_active_clusters = Array.from({ length: copies }, (_, copy) =>
    own.map((entry: { cluster: { name: string } }) => ({
      ...entry,
      cluster: { ...entry.cluster, name: `${entry.cluster.name}-${copy}` },
    })),
  ).flat()
  const path = join(folder, 'big.json')
  writeFileSync(path, JSON.stringify(dump))
  return { path, clusters: section.dynamic_active_clusters.length + section.static_clusters.length }
}

function start(...argv: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
}

test('50 MB into a slow pipe: nothing is lost', async () => {
  const { path, clusters } = bigDump()
  const child = start('clusters', '--file', path, '-o', 'json')
  assert.ok(child.stdout !== null)
  const chunks: Buffer[] = []
  let reads = 0
  for await (const chunk of child.stdout) {
    chunks.push(chunk)
    if (++reads % 100 === 0) await sleep(5)
  }
  const text = Buffer.concat(chunks)
  assert.ok(text.length > 50e6, `${text.length} bytes`)
  assert.equal(JSON.parse(text.toString()).length, clusters)
})

test('a reader that goes away ends the program quietly', async () => {
  const { path } = bigDump()
  const child = start('clusters', '--file', path, '-o', 'json')
  assert.ok(child.stdout !== null && child.stderr !== null)
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  assert.equal(errors, '')
  assert.equal(code, 0)
})

test('standard input, file and exit codes through the real process', async () => {
  const child = spawn(process.execPath, [main, 'clusters', '--file', '-', '-o', 'name'], { stdio: 'pipe' })
  child.stdin.end(readFileSync(fixture))
  let out = ''
  for await (const chunk of child.stdout) out += chunk
  assert.match(out, /^cluster\/outbound\|9080\|v1\|reviews/m)
  const [refused] = await once(start('clusters', '--file', join(folder, 'none')), 'close')
  assert.equal(refused, 1)
})
