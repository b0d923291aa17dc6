import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../run-program.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/sidecar/${name}`, import.meta.url))
const cluster = 'outbound|9080|v1|reviews.default.svc.cluster.local'
const pipeFree = 'outbound_.9080_.v1_.reviews.default.svc.cluster.local'

test('a name with pipes is found by the spelling without them, wherever a filter asks for it', async () => {
  const dump = ['--file', fixture('config_dump.json')]
  for (const [argv, withPipes, without] of [
    [['clusters', ...dump, '--fqdn'], cluster, pipeFree],
    [['endpoints', '--file', fixture('clusters.json'), '--cluster'], cluster, pipeFree],
    [['endpoints', ...dump, '--cluster'], cluster, pipeFree.toUpperCase()],
    [['routes', ...dump, '--vhost'], 'inbound|http|9080', 'inbound_.http_.9080'],
    [['all', ...dump, '--fqdn'], cluster, pipeFree],
    [['describe', 'service', ...dump], cluster, pipeFree],
  ] as const) {
    const [exact, other] = await Promise.all([runProgram([...argv, withPipes]), runProgram([...argv, without])])
    assert.equal(exact.code, 0, exact.err)
    assert.ok(exact.out.split('\n').length > 2, argv.join(' '))
    assert.equal(other.out, exact.out, argv.join(' '))
  }
})
