import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Lab, type LabPod, openLab } from '../lab.ts'
import { type Outage, outages } from './cases.ts'
import { eventually, statusFrom, textOf } from './mesh-state.ts'

// Outages of real objects in a real mesh: what happens to a request, and whether one or two commands say why and what to do.

const file = join(tmpdir(), `lab-outages-${process.pid}.yaml`)
const pods = new Map<string, LabPod>()
let lab: Lab

before(async () => {
  lab = await openLab()
  for (const [name, selector, namespace] of [
    ['productpage', 'app=productpage', 'default'],
    ['details', 'app=details', 'default'],
    ['reviews', 'app=reviews,version=v1', 'default'],
    ['carts', 'app=carts', 'default'],
    ['legacy', 'app=legacy', 'default'],
    ['ingress', 'istio=ingressgateway', 'istio-system'],
    ['gateway', 'gateway.networking.k8s.io/gateway-name=bookinfo-gateway', 'default'],
  ] as const)
    pods.set(name, await lab.pod(selector, namespace))
  writeFileSync(file, outages.map(({ objects }) => objects.replace(/---\s*$/, '')).join('\n---\n'))
  const { code, stderr } = await lab.kubectl('apply', '-f', file)
  assert.equal(code, 0, stderr)
})
after(async () => {
  await lab.kubectl('delete', '--ignore-not-found', '--wait=false', '-f', file)
  rmSync(file)
})

/** `DETAILS` is a pod as the program is told of it, `DETAILS_IP` its address. */
function withPods(text: string): string {
  let filled = text
  for (const [word, { name, namespace, ip }] of pods)
    filled = filled.replaceAll(`${word.toUpperCase()}_IP`, ip).replaceAll(word.toUpperCase(), `${name}.${namespace}`)
  return filled
}

/** How many are looked for at a time: mostly they wait. */
const concurrency = 3

suite('outages', { concurrency }, () => {
  for (const outage of outages) test(outage.name, () => find(outage))
})

async function find({ request, commands }: Outage): Promise<void> {
  const { from, url, curl = [], status } = request
  const client = pods.get(from)
  assert.ok(client)
  const sent = () => statusFrom(lab, client, withPods(url), ...curl.map(withPods))
  await eventually(`an answer ${status}`, async () => ((await sent()) === status ? true : undefined))
  for (const { argv, says } of commands) {
    let text = ''
    // What counters tell takes requests to each endpoint.
    for (let tries = 0; tries < 4; tries++) {
      text = await textOf(lab, ...argv.map(withPods))
      if (says.every((expected) => expected.test(text))) break
      await Promise.all([sent(), sent(), sent(), sent()])
    }
    for (const expected of says) assert.match(text, expected)
  }
}
