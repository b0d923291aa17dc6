import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { istiodPod, meshPod, startMesh } from '../test/commands/fake-mesh.ts'
import { ownProgram } from './bench/programs.ts'

const usage = `npm run bench:fleet [-- FLAGS]: the program over a mesh of many pods. API server, port-forwards and proxies are served on loopback by
this process: they take their share of the processors, and answer at once.

  --pods N     pods with a sidecar (2000)
  --only TEXT  the command lines that contain the text
`

const root = join(import.meta.dirname, '..')
const { values: options } = parseArgs({
  options: {
    pods: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (options.help) {
  console.log(usage)
  process.exit()
}

/** Ticks of a second that Linux counts the processor's time in. */
const ticks = 100

const count = Number(options.pods)
const page = (name: string) => readFileSync(join(root, 'test/fixtures/sidecar', `${name}.json`), 'utf8')
const pages = new Map(['config_dump', 'clusters', 'certs', 'server_info'].map((name) => [name, page(name)]))
const names = Array.from({ length: count }, (_, at) => ({ name: `web-${at}`, namespace: `team-${at % 20}` }))
const version = (sent: string) => ({ sent, acked: sent })
const syncz = JSON.stringify(
  names.map(({ name, namespace }) => ({
    cluster_id: 'Kubernetes',
    proxy: `${name}.${namespace}`,
    proxy_type: 'sidecar',
    istio_version: '1.31.0',
    resources: {
      'envoy.config.cluster.v3.Cluster': version('1'),
      'envoy.config.listener.v3.Listener': version('1'),
      'envoy.config.endpoint.v3.ClusterLoadAssignment': version('1'),
      'envoy.config.route.v3.RouteConfiguration': version('1'),
    },
  })),
)

const mesh = await startMesh({
  pods: [istiodPod('istiod-a'), ...names.map(({ name, namespace }) => meshPod(name, namespace))],
  answer(pod, port, path) {
    if (pod === 'istiod-a') return port === 15014 && path === 'debug/syncz' ? syncz : undefined
    return pages.get(path.split('?')[0] ?? '')
  },
})
const access = ['--server', mesh.api.url, '--certificate-authority', mesh.api.caFile, '--token', 'secret']
const own = ownProgram(root)
console.error(`${own.title} over ${count} pods`)

/** An address that hosts of the fixture have. */
const address = /"address": "(10\.[\d.]+)",\s*"port_value"/.exec(page('clusters'))?.[1] ?? '10.0.0.1'

console.log('| command | rows | time | CPU | peak memory | API requests |\n|---|---|---|---|---|---|')
try {
  for (const words of [
    ['proxy-status', '-A'],
    ['certs', '-A'],
    ['clusters', '-A', '--group'],
    ['clusters', '-A', '-o', 'jsonl'],
    ['endpoints', '-A', '--address', address],
  ])
    if (words.join(' ').includes(options.only)) console.log(await row(words))
} finally {
  await mesh.close()
}

async function row(words: readonly string[]): Promise<string> {
  const before = mesh.api.requests.length
  const { time, cpu, memory, lines, code, err } = await measured([...own.before, ...words, ...access])
  if (code !== 0) console.error(`${words.join(' ')} ended with ${code}: ${err}`)
  const cells = [
    words.join(' '),
    lines,
    `${time.toFixed(1)} s`,
    `${cpu.toFixed(1)} s`,
    `${(memory / 1e6).toFixed(0)} MB`,
    mesh.api.requests.length - before,
  ]
  return `| ${cells.join(' | ')} |`
}

/** Seconds, bytes and lines of one run. What it takes in its last 20 ms is missed. */
async function measured(args: readonly string[]) {
  const began = performance.now()
  const child = spawn(own.program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [lines, err, cpu, memory] = [0, '', 0, 0]
  child.stdout.on('data', (data: Buffer) => {
    for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) lines += 1
  })
  child.stderr.on('data', (data: Buffer) => {
    err += data
  })
  const poll = setInterval(() => {
    const used = usageOf(child.pid)
    cpu = Math.max(cpu, used.cpu)
    memory = Math.max(memory, used.memory)
  }, 20)
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done))
  clearInterval(poll)
  return { time: (performance.now() - began) / 1000, cpu, memory, lines, code, err: err.slice(0, 1000) }
}

/** Seconds of the processor and the most bytes so far (Linux); nothing of what has ended. */
function usageOf(pid: number | undefined): { readonly cpu: number; readonly memory: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { cpu: (Number(fields[11]) + Number(fields[12])) / ticks, memory: Number(peak ?? 0) * 1024 }
  } catch {
    return { cpu: 0, memory: 0 }
  }
}
