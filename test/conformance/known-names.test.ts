import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { clusterName } from '../../src/envoy/model/names.ts'
import { capturePort } from '../../src/semantics/connection/capture-listener.ts'
import { serves } from '../../src/semantics/connection/dump-index.ts'
import { resolveRequest } from '../../src/walk/request/resolve-request.ts'
import { trace } from '../../src/walk/trace.ts'
import { corpus, filesIn, hasCorpus } from './corpus.ts'

/**
 * Services of these dumps that a request by their full name does not come to, and rightly: Envoy rejected or lacks their listeners, or
 * their virtual host has a short name only.
 */
const unreachable: ReadonlyMap<string, number> = new Map([
  // Thrift and Dubbo, which route by protocols of their own.
  ['dumps/aeraki-mesh+aeraki/configdump', 3],
  // Saved without use_original_dst.
  ['dumps/istio+istio/istioctl__cmd__testdata__describe__productpage-v1-7bbd79f8fd-k6j79@8d7d8c35.json', 60],
  ['field/13-panic/default-eds-unhealthy.json', 1],
  ['field/13-panic/threshold0.json', 1],
  ['field/14-locality/no-region.json', 1],
  ['field/15-ringhash/noweight-rr.json', 1],
  ['field/15-ringhash/noweight.json', 1],
  ['lab/raw/istiod-bbbbb/config_dump_proxyID_nack-v1-99cc4d-nk001.default.txt', 11],
  ['lab/raw/nack/config_dump_include_eds.json', 12],
  ['lab/raw/nackcluster/config_dump_include_eds.json', 12],
  ['lab/raw/warming-plain/config_dump_include_eds.json', 4],
])

test('every service of every sidecar is found by its name', async (t) => {
  if (!hasCorpus(t, 'dumps')) return
  const missed: string[] = []
  let known = 0
  let found = 0
  for (const file of filesIn('dumps', 'lab/raw', 'field', 'gateways')) {
    const dump = await sidecarAt(file)
    if (dump === undefined) continue
    const services = servicesOf(dump)
    const reached = services.filter((service) => isReached(dump, service))
    known += services.length
    found += reached.length
    if (services.length - reached.length !== (unreachable.get(file) ?? 0))
      missed.push(`${file}: ${services.filter((service) => !reached.includes(service)).map(({ host }) => host)}`)
  }
  t.diagnostic(`${found} of ${known} services are found`)
  assert.ok(known > 1000)
  assert.deepEqual(missed, [])
})

async function sidecarAt(file: string): Promise<ConfigDump | undefined> {
  try {
    const dump = await readDump(readFileSync(join(corpus, file)), file)
    const whole = dump.has('listeners') && dump.has('clusters')
    return whole && capturePort(dump, 'outbound') !== undefined ? dump : undefined
  } catch {
    return undefined
  }
}

interface Service {
  readonly host: string
  readonly port: number
}

function servicesOf(dump: ConfigDump): Service[] {
  const found = new Map<string, Service>()
  for (const { name } of dump.entries('clusters').filter(serves)) {
    const { host, port, direction } = clusterName(name)
    if (direction === 'outbound' && port !== undefined && port > 0 && host !== '' && !host.startsWith('*'))
      found.set(`${host}:${port}`, { host, port })
  }
  return [...found.values()]
}

function isReached(dump: ConfigDump, { host, port }: Service): boolean {
  return ['http', 'https', 'tcp'].some((scheme) => {
    const { request } = resolveRequest({ url: `${scheme}://${host}:${port}` }, dump)
    const hops = trace({ dump, request }).alternatives.flatMap((alternative) => alternative.hops)
    return hops.some(({ cluster = '' }) => clusterName(cluster).host === host)
  })
}
