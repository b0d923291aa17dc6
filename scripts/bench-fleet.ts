import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { istiodPod, meshPod, startMesh } from '../test/commands/fake-mesh.ts'
import { ownProgram } from './bench/programs.ts'
import { runMeasured } from './bench/run-measured.ts'

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
  const { time, cpu, memory, lines, code, stderr } = await runMeasured({
    program: own.program,
    args: [...own.before, ...words, ...access],
  })
  if (code !== 0) console.error(`${words.join(' ')} ended with ${code}: ${stderr}`)
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
