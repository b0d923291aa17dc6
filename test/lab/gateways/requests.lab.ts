import assert from 'node:assert/strict'
import { request as send } from 'node:http'
import { test } from 'node:test'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { trace } from '../../../src/walk/trace.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'
import { type Random, randomFrom } from '../trace/random.ts'
import { type Gateway, openGateways } from './gateway.ts'
import { settled } from './until.ts'

const { lab, all, run } = await openGateways()
const seed = Number(process.env.TRACE_SEED ?? 20260101)
const requests = 200

interface Asked {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** What came back: of a backend, where the request had come to and how; else the status and where it leads. */
interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly backend:
    | { readonly at: string; readonly path: string; readonly host: string; readonly method: string }
    | undefined
}

const hosts: Readonly<Record<Gateway['name'], readonly [string, ...string[]]>> = {
  Contour: [
    ...([
      'plain.example.com',
      'plain.example.com',
      'plain.example.com',
      'PLAIN.example.com',
      'ing.example.com',
    ] as const),
    ...['a.wild.example.com', 'a.b.wild.example.com', 'shop.example.com', 'broken.example.com', 'nohost.example.com'],
  ],
  'Envoy Gateway': [
    ...([
      'plain.example.com',
      'plain.example.com',
      'plain.example.com',
      'PLAIN.example.com',
      'direct.example.com',
    ] as const),
    ...['basic.example.com', 'apikey.example.com', 'asked.example.com', 'nohost.example.com', 'plain.example.com.'],
  ],
}

const paths = [
  ...(['/', '/api', '/api/', '/api/x?a=1', '/apix', '/exact', '/exact/', '/items/12', '/items/12a', '/q?v=2'] as const),
  ...[
    '/q?v=3',
    '/q/x?v=2&v=3',
    '/old',
    '/old/thing',
    '/older',
    '/gone',
    '/down',
    '/empty',
    '/nosuch',
    '/mirror',
    '/sticky',
  ],
  ...[
    '/internal',
    '/post',
    '/cart',
    '/cart/',
    '/cat',
    '/catalog',
    '//api//x',
    '/a/../api/x',
    '/api%2fx',
    '/API',
    '/blog/feed/1',
  ],
] as const

function anyRequest(random: Random, name: Gateway['name']): Asked {
  const headers: Record<string, string> = {}
  if (random.chance(0.3)) headers['x-user'] = random.pick(['jason', 'Jason', 'jason,x'])
  if (random.chance(0.2)) headers['x-secret'] = '1'
  if (random.chance(0.15)) headers['x-forwarded-for'] = random.pick(['10.20.1.1', '10.78.1.1'])
  if (random.chance(0.15)) headers.authorization = random.pick(['Basic Zm9vOmJhcg==', 'Basic Zm9vOmJheg=='])
  if (random.chance(0.15)) headers['x-api-key'] = random.pick(['key-one', 'wrong'])
  if (random.chance(0.3)) headers['x-allow'] = '1'
  const method = random.pick(['GET', 'GET', 'GET', 'POST', 'HEAD'])
  return { method, host: random.pick(hosts[name]), path: random.pick(paths), headers }
}

function answerTo({ proxy, httpPort }: Gateway, { method, host, path, headers }: Asked): Promise<Answer> {
  return new Promise((done, fail) => {
    const outgoing = send({ host: proxy.ip, port: httpPort, method, path, headers: { ...headers, host }, agent: false })
    outgoing.on('error', fail)
    outgoing.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          backend: body.startsWith('{"at"') ? JSON.parse(body) : undefined,
        }),
      )
    })
    outgoing.end()
  })
}

function traced(
  dump: ConfigDump,
  { proxy, httpPort }: Gateway,
  { method, host, path, headers }: Asked,
): readonly Alternative[] {
  return trace({
    dump,
    request: {
      destination: { address: proxy.ip, port: httpPort },
      source: { address: '10.78.0.1', port: 1 },
      protocol: 'http1',
      http: { method, path, authority: host, scheme: 'http', version: '1.1', headers: Object.entries(headers) },
    },
    now: new Date(),
  }).alternatives
}

const right = { authorization: 'Basic Zm9vOmJhcg==', 'x-api-key': 'key-one' } as const
const decidedByCredentials: ReadonlySet<string> = new Set(['credentials-decide', 'api-key-decides'])

/** Whether the host asks for a credential, and another one is sent. */
function isMistaken({ host, headers }: Asked): boolean {
  const name = host.startsWith('basic.') ? 'authorization' : 'x-api-key'
  return headers[name] !== right[name]
}

/** Where the Service "down" leads. */
const nobody = '10.78.2.250:8080'

/** Whether the answer is one that the trace foretells. */
function foretells({ hops, outcome }: Alternative, asked: Asked, { status, location, backend }: Answer): boolean {
  const { method } = asked
  // The trace says that the credentials decide; which are right, the dump does not say.
  if (outcome.conditions.some(({ reason }) => decidedByCredentials.has(reason.code)) && isMistaken(asked))
    return status === 401
  // What the lab's authorization service allows has this header.
  if (
    outcome.conditions.some(({ reason }) => reason.code === 'authorization-service-decides') &&
    !asked.headers['x-allow']
  )
    return status === 403
  if (outcome.kind !== 'upstream') return outcome.status === status && (outcome.location ?? undefined) === location
  const hop = hops.at(-1)
  // The trace names the endpoint; that nobody listens there no dump tells.
  if (hop?.endpoints?.every(({ address }) => address === nobody) === true) return status === 503
  if (method === 'HEAD') return status === 200
  const isThere = hop?.endpoints?.some(({ address }) => address === backend?.at) === true
  return isThere && hop?.upstream?.path === backend?.path && hop?.upstream?.authority === backend?.host
}

for (const gateway of all) {
  test(`${gateway.name}: ${requests} requests are answered as their traces foretell`, async (t) => {
    await settled(gateway, run)
    const page = await lab.admin(gateway.proxy, 'config_dump?include_eds', gateway.adminPort)
    const dump = await readDump(Buffer.from(page), 'envoy')
    const random = randomFrom(seed)
    const differences: string[] = []
    let undecided = 0
    for (let count = 0; count < requests; count++) {
      const asked = anyRequest(random, gateway.name)
      const alternatives = traced(dump, gateway, asked)
      const answer = await answerTo(gateway, asked)
      undecided += alternatives.some(({ outcome }) => outcome.conditions.length > 0) ? 1 : 0
      if (alternatives.some((each) => foretells(each, asked, answer))) continue
      const told = alternatives.map(({ outcome, hops }) => ({
        ...outcome,
        cluster: hops.at(-1)?.cluster,
        upstream: hops.at(-1)?.upstream,
      }))
      differences.push(`${JSON.stringify(asked)}: ${JSON.stringify(answer)}, traced ${JSON.stringify(told)}`)
    }
    t.diagnostic(
      `${requests - differences.length} of ${requests} requests agree, ${undecided} of them with conditions (seed ${seed})`,
    )
    assert.deepEqual(differences, [])
  })
}
