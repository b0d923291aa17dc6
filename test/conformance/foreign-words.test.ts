import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { controlPlaneOf } from '../../src/envoy/control-plane/control-plane-of.ts'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { objectsOf, stringsOf } from '../../src/envoy/json.ts'
import { AppError } from '../../src/errors.ts'
import { runProgram, sweepOf } from '../run-program.ts'
import { corpus, filesIn, hasCorpus } from './corpus.ts'

/** So many dumps of each control plane are asked, none larger than this. */
const ofEach = 2
const maxBytes = 500_000

/** Istio, its objects and settings. */
const ofIstio =
  /istio\w*|VirtualService|DestinationRule|PeerAuthentication|ServiceEntry|AuthorizationPolicy|RequestAuthentication|EnvoyFilter|pilot-agent|\bSidecar\b|REGISTRY_ONLY/gi

test('what is said of a proxy of another control plane has no word of Istio that its dump has not', async (t) => {
  if (!hasCorpus(t)) return
  const proxies = await foreignProxies()
  const planes = new Set(proxies.map(({ plane }) => plane))
  assert.ok(planes.size >= 7, [...planes].join())
  const wrong: string[] = []
  let runs = 0
  for (const { file, plane, dump } of proxies) {
    const path = join(corpus, file)
    const own = `${path} ${readFileSync(path, 'utf8')}`.toLowerCase()
    // Gloo has objects of this name as well.
    const isKnown = (word: string) =>
      own.includes(word.toLowerCase()) || (plane === 'Gloo' && word.toLowerCase() === 'virtualservice')
    for (const words of sweepOf(questions(dump))) {
      runs++
      const [command = '', ...rest] = words
      const { out, err } = await runProgram([command, '--file', path, ...rest])
      for (const line of `${out}\n${err}`.split('\n'))
        for (const [word] of line.matchAll(ofIstio))
          if (!isKnown(word)) wrong.push(`${plane} ${file}: ${words.join(' ')}: ${line}`)
    }
  }
  t.diagnostic(`${runs} answers about ${proxies.length} proxies: ${[...planes].join(', ')}`)
  assert.deepEqual(wrong, [])
})

interface ForeignProxy {
  readonly file: string
  readonly plane: string
  readonly dump: ConfigDump
}

async function foreignProxies(): Promise<readonly ForeignProxy[]> {
  const found: ForeignProxy[] = []
  for (const file of filesIn('gateways', 'dumps', 'assembled')) {
    if (statSync(join(corpus, file)).size > maxBytes) continue
    const dump = await readDump(readFileSync(join(corpus, file)), file).catch((error: unknown) => {
      if (error instanceof AppError) return undefined
      throw error
    })
    if (dump === undefined || !dump.has('listeners')) continue
    const plane = controlPlaneOf(dump)?.name ?? 'none that is known'
    if (plane !== 'Istio' && found.filter((each) => each.plane === plane).length < ofEach)
      found.push({ file, plane, dump })
  }
  return found
}

/** Questions that are answered with advice: hosts, listeners and names that are there and that are not. */
function questions(dump: ConfigDump): string[][] {
  const hosts = dump
    .entries('routes')
    .slice(0, 2)
    .flatMap(({ resource }) => objectsOf(resource.virtual_hosts).slice(0, 3))
    .flatMap(({ domains }) => stringsOf(domains)[0] ?? [])
    .map((domain) => `http://${domain.replace('*', 'x')}/`)
  const listeners = dump.entries('listeners').slice(0, 3)
  return [
    ['status'],
    ['authz'],
    ['authz', '--request', 'http://a.example.com/x'],
    ['lint', '--profile', 'core,edge,strict'],
    ['certs'],
    ['trace', 'http://no-such-host.example.com/'],
    ['trace', 'tcp://10.1.2.3:5'],
    ['clusters', '--fqdn', 'none'],
    ['endpoints', '--cluster', 'none'],
    ...hosts.map((url) => ['trace', url]),
    ...listeners.flatMap(({ name }) => [
      ['trace', 'http://x.example.com/', '--listener', name],
      ['trace', 'https://x.example.com/', '--listener', name],
    ]),
  ]
}
