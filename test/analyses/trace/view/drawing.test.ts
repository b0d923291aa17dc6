import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../../../run-program.ts'

const draw = async (format: string, fixture: string, ...argv: string[]) =>
  (await runProgram(['trace', '--file', `test/fixtures/${fixture}/config_dump.json`, ...argv, '-o', format])).out

test('a node has its kind, its name and the reason; what failed has a colour', async () => {
  const argv = ['https://expired.example.com:8443/'] as const
  const mermaid = await draw('mermaid', 'certificates', ...argv)
  assert.match(mermaid, /n1\[\/"listener tls<br\/>bound to the destination address port 8443"\/\]/)
  assert.match(
    mermaid,
    /n4\{\{"noHealthyUpstream UH<br\/>BlackHoleCluster: the cluster has no endpoints to pick from"\}\}/,
  )
  assert.match(mermaid, /classDef failed stroke:#c00000,color:#c00000\n {2}class n4 failed\n$/)
  const dot = await draw('dot', 'certificates', ...argv)
  assert.match(
    dot,
    /n4 \[label="noHealthyUpstream UH\\nBlackHoleCluster: .*", shape=hexagon, color="#c00000", fontcolor="#c00000"\]/,
  )
})

test('a redirect is no failure, and a way that goes through has no colour', async () => {
  assert.doesNotMatch(await draw('mermaid', 'gateway', 'http://shop.example.com:8080/'), /classDef/)
})

test('the object behind a part stands in its node', async () => {
  const drawn = await draw('mermaid', 'gateway', 'https://shop.example.com:8443/cart')
  assert.match(drawn, /<br\/>[^"]*shop/)
})
