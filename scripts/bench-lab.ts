import { readdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Lab, openLab } from '../test/lab/lab.ts'
import { ownProgram } from './bench/programs.ts'
import { runMeasured } from './bench/run-measured.ts'

const usage = `npm run bench:lab [-- FLAGS]: the program over many pods in the lab's mesh (npm run lab up mesh; root). kwok runs the pods, which are
behind real Envoys: a port-forward to one of them goes into the network namespace of a sidecar of the lab.

  --pods N     pods with a sidecar (2000)
  --only TEXT  the command lines that contain the text
  --keep       leave the pods; the next run takes them
`

const { values: options } = parseArgs({
  options: {
    pods: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (options.help) {
  console.log(usage)
  process.exit()
}

const namespace = 'fleet'
const networks = '/run/netns'
const count = Number(options.pods)
const own = ownProgram(join(import.meta.dirname, '..'))
const lab = await openLab()
const address = (await lab.pod('app=details')).ip

try {
  await startPods(lab)
  console.error(`${own.title} over ${count} pods in the lab`)
  console.log('| command | rows | proxies | time | CPU | peak memory | API requests |\n|---|---|---|---|---|---|---|')
  for (const words of [
    ['proxy-status', '-A'],
    ['certs', '-A'],
    ['clusters', '-A', '--group'],
    ['endpoints', '-A', '--address', address],
  ])
    if (words.join(' ').includes(options.only)) console.log(await row(words))
} finally {
  if (!options.keep) await removePods(lab)
}

async function row(words: readonly string[]): Promise<string> {
  const before = await requests(lab)
  const proxies = new Set<string>()
  // Folded rows say of how many.
  let folded = 0
  let rest = ''
  // Names may be cut by the end of a piece: the last line of each waits for the next one.
  const seen = (data: Buffer) => {
    const text = rest + data.toString('latin1')
    rest = text.slice(text.lastIndexOf('\n') + 1)
    for (const [name] of text.matchAll(/\bmany-[a-z0-9]+-[a-z0-9]+\.fleet\b/g)) proxies.add(name)
    for (const [, of] of text.matchAll(/^\d+ of (\d+)\b/gm)) folded = Math.max(folded, Number(of))
  }
  const run = await runMeasured({ program: own.program, args: [...own.before, ...words], env: lab.env }, seen)
  if (run.code !== 0) console.error(`${words.join(' ')} ended with ${run.code}: ${run.stderr}`)
  const cells = [
    words.join(' '),
    run.lines,
    folded > 0 ? `folded, of ${folded}` : proxies.size,
    `${run.time.toFixed(1)} s`,
    `${run.cpu.toFixed(1)} s`,
    `${(run.memory / 1e6).toFixed(0)} MB`,
    (await requests(lab)) - before,
  ]
  return `| ${cells.join(' | ')} |`
}

/** How many port-forwards, lists of objects and pods were asked for so far; controllers and kwok watch, and patch. */
async function requests({ kubectl }: Lab): Promise<number> {
  const { stdout } = await kubectl('get', '--raw', '/metrics')
  const asked = /^apiserver_request_total\{.*verb="(?:CONNECT|LIST)".*\} (\d+)$/gm
  return Array.from(stdout.matchAll(asked), ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0)
}

async function startPods({ run, kubectl }: Lab): Promise<void> {
  const labels = { app: 'many', version: 'v1' }
  const containers = [
    { name: 'many', image: 'example/many:1' },
    { name: 'istio-proxy', image: 'istio/proxyv2:1.31', args: ['proxy', 'sidecar'] },
  ]
  const template = {
    metadata: { labels, annotations: { 'lab/proxy': 'offline', 'lab/istiod': '-', 'lab/workload': 'many' } },
    spec: { nodeName: 'node-1', containers },
  }
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'many', namespace },
      spec: { replicas: count, selector: { matchLabels: labels }, template },
    },
  ]
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const applied = await run('sh', ['-c', 'printf %s "$0" | kubectl apply -f -', list])
  if (applied.code !== 0) throw new Error(applied.stderr)
  for (const end = Date.now() + 600_000; ; await pause(2000)) {
    const { stdout } = await kubectl('get', 'deploy/many', '-n', namespace, '-o', 'jsonpath={.status.readyReplicas}')
    if (Number(stdout) === count) break
    if (Date.now() > end) throw new Error(`${stdout || 0} of ${count} pods are ready after ten minutes`)
  }
  const envoys = await Promise.all(
    ['app=productpage', 'app=reviews,version=v1', 'app=reviews,version=v2', 'app=details', 'sts/carts'].map((one) =>
      lab.pod(one),
    ),
  )
  const pods = (await kubectl('get', 'pods', '-n', namespace, '-o', 'name')).stdout.trim().split('\n')
  const known = new Set(readdirSync(networks))
  for (const [index, pod] of pods.entries()) {
    const name = `${namespace}.${pod.replace('pod/', '')}`
    const { netns = '' } = envoys[index % envoys.length] ?? {}
    if (!known.has(name)) symlinkSync(netns, join(networks, name))
  }
}

async function removePods({ kubectl }: Lab): Promise<void> {
  for (const name of readdirSync(networks)) if (name.startsWith(`${namespace}.many-`)) unlinkSync(join(networks, name))
  await kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--timeout=300s')
}
