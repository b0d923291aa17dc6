import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isObject, type Json } from '../../src/envoy/json.ts'
import { runInput } from './run-input.ts'

/** Documents that inputs are made from, by what they are. */
export interface Seeds {
  readonly dumps: readonly Buffer[]
  /** Replies of `/certs`, `/clusters`, `/stats`, `/server_info` and others. */
  readonly pages: readonly Buffer[]
  readonly ztunnel: readonly Buffer[]
  readonly cases: readonly Buffer[]
  /** Access logs. */
  readonly logs: readonly Buffer[]
  /** Files of `lint --config` and `--baseline`. */
  readonly settings: readonly Buffer[]
  /** Captures of one proxy. */
  readonly captures: readonly Buffer[]
}

const root = join(import.meta.dirname, '../..')

/** Members of a list that are kept: a small dump has every shape that a large one has, and is read in a fraction of the time. */
const maxMembers = 6

/** The fixtures of the project, and the corpus beside it where there is one. */
export async function readSeeds(): Promise<Seeds> {
  const fixtures = filesOf(join(root, 'test/fixtures'))
  const corpus = filesOf(join(root, '../shared/conformance')).filter((path) => !path.includes('/hostile/'))
  const all = [...fixtures, ...corpus]
  const dumps = all.filter((path) => /config_?dump/i.test(path)).map(small)
  return {
    dumps: dumps.length === 0 ? [Buffer.from('{"configs":[]}')] : dumps,
    pages: all
      .filter((path) => /(?:certs|clusters|init_dump|listeners|server_info|stats)\.(?:json|txt)$/.test(path))
      .map(small),
    ztunnel: [...all.filter((path) => /ztunnel.*\.json$/i.test(path)).map(small), Buffer.from(ztunnelText)],
    cases: caseTexts.map((text) => Buffer.from(text)),
    logs: logTexts.map((text) => Buffer.from(text)),
    settings: settingsTexts.map((text) => Buffer.from(text)),
    captures: [await captureOf(dumps[0] ?? Buffer.from('{"configs":[]}'))],
  }
}

/** What `capture` makes of a dump, by a clock that stands. */
async function captureOf(dump: Buffer): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-seeds-'))
  const path = join(folder, 'made.zip')
  try {
    await runInput({ argv: ['capture', '--file', '@dump', '--to', path], files: { dump } }, folder)
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function filesOf(folder: string): string[] {
  return globSync('**/*', { cwd: folder })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile() && statSync(path).size < 1_500_000)
    .toSorted()
}

function small(path: string): Buffer {
  const bytes = readFileSync(path)
  try {
    const document: Json = JSON.parse(bytes.toString())
    const short = Buffer.from(JSON.stringify(shortened(document, 0), null, 1))
    return short.length < bytes.length ? short : bytes
  } catch {
    return bytes.subarray(0, 100_000)
  }
}

function shortened(value: Json, level: number): Json {
  if (Array.isArray(value)) {
    const most = level < 2 ? value.length : maxMembers
    return value.slice(0, most).map((item) => shortened(item, level + 1))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item ?? null, level + 1)]))
}

const ztunnelText = JSON.stringify({
  workloads: [
    { uid: 'c//Pod/a/b', name: 'b', namespace: 'a', workloadIps: ['10.0.0.1'], protocol: 'HBONE', status: 'Healthy' },
  ],
  services: [
    { name: 's', namespace: 'a', hostname: 's.a.svc', vips: ['/10.1.0.1'], ports: { 80: 8080 }, endpoints: {} },
  ],
  policies: [
    { name: 'p', namespace: 'a', scope: 'Namespace', action: 'Deny', rules: [[[{ principals: [{ Exact: 'x' }] }]]] },
  ],
  certificates: [
    {
      identity: 'spiffe://x/ns/a/sa/b',
      state: 'Available',
      certChain: [{ pem: '', serialNumber: '1', validFrom: 'x', expirationTime: 'y' }],
    },
  ],
  workloadState: {},
})

const caseTexts = [
  '{"tests":[{"name":"a","request":"http://reviews:9080/x","expect":{"cluster":"c","status":200}}]}',
  '- name: a\n  request: {url: "http://reviews:9080/", headers: {a: b}, method: GET}\n  expect: {routeConfiguration: "9080"}\n',
  '{"request":"http://a/","expect":{"cluster":"x"}}\n{"url":"http://b/"}\n',
  '{"tests":[{"test_name":"t","input":{"authority":"reviews:9080","path":"/x","method":"GET"},"validate":{"cluster_name":"c"}}]}',
  'tests { test_name: "t" input { authority: "a" path: "/" method: "GET" } validate { cluster_name { value: "x" } } }',
  '# comment\n{"tests": [ // x\n {"request": "tcp://1.2.3.4:80", "expect": {"outcome": "x"},},],}',
] as const

const logTexts = [
  '[2026-01-01T00:00:00.000Z] "GET /reviews/1 HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{connection_timeout} - "-" 0 91 1 - "-" "curl" "id" "reviews:9080" "10.0.0.1:9080" outbound|9080||reviews.default.svc.cluster.local - 10.0.0.2:80 10.0.0.3:5 - default\n',
  '{"response_code":504,"response_flags":"UT","authority":"reviews:9080","path":"/","method":"GET","upstream_cluster":"c","upstream_host":"10.0.0.1:80","duration":15000}\n{"a":1}\n',
  '2026-01-01 info xds proxy connected\n[2026-01-01 00:00:00.000][1][warning][config] gRPC config stream closed\n',
] as const

const settingsTexts = [
  'exclude:\n- rule: route-to-missing-cluster\n  resource: "routes/*"\n  proxy: "a?b*"\n  reason: known\n  until: 2027-01-31\n',
  '{"findings":[{"rule":"route-to-missing-cluster","resource":"routes/9080","message":"x","proxies":["a"],"severity":"error"}]}',
  '[{"rule":"cluster-empty-and-used","resource":"clusters/x"}]',
] as const
