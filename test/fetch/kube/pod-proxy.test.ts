import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppError } from '../../../src/errors.ts'
import { connect, type KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { readPod } from '../../../src/mesh/pods/pod.ts'
import { requiredBytes } from '../../../src/mesh/proxies/pages.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'
import { failureOf } from '../../app-error.ts'
import { type FakeHandlers, startFakeApiServer, status, type Upgrade } from '../fake-api-server.ts'
import { podObject } from './pod-objects.ts'
import { testHost } from './test-host.ts'

const pod = readPod(JSON.parse(JSON.stringify(podObject('web'))))
const bare = readPod(JSON.parse(JSON.stringify(podObject('bare', { containers: [{ name: 'app', image: 'app:1' }] }))))

interface Fixture {
  readonly cluster: KubeCluster
  readonly proxy: MeshProxy
  readonly notes: string[]
}

async function withServer(handlers: FakeHandlers, use: (fixture: Fixture) => Promise<void>): Promise<void> {
  const server = await startFakeApiServer(handlers, { plain: true })
  const host = testHost()
  const cluster = connect({ server: server.url }, host)
  try {
    await use({ cluster, proxy: cluster.proxy(pod), notes: host.notes })
  } finally {
    cluster.close()
    await server.close()
  }
}

/** An admin interface: status and body by path. */
function envoy(answers: Record<string, [number, string]>): FakeHandlers {
  return {
    portForward(upgrade, data) {
      const path = /^\w+ \/(\S*)/.exec(data.toString())?.[1] ?? ''
      const [code, body] = answers[path] ?? [404, 'invalid path']
      upgrade.send(0, `HTTP/1.1 ${code} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    },
  }
}

async function text(answer: Promise<Uint8Array>): Promise<string> {
  return Buffer.from(await answer).toString()
}

const where = 'port 15000 of pod "web" in namespace "default"'

test('the body of an admin path', async () => {
  await withServer(
    envoy({ 'config_dump?mask=bootstrap': [200, '{"configs":[]}'], stats: [200, 'a: 1'] }),
    async ({ proxy }) => {
      assert.equal(proxy.label, 'pod default/web')
      assert.equal(await text(requiredBytes(proxy, 'config_dump?mask=bootstrap')), '{"configs":[]}')
      assert.equal(await text(requiredBytes(proxy, 'stats')), 'a: 1')
    },
  )
})

test('a mask that is refused while Envoy starts: the whole dump, and a word about the state', async () => {
  const answers: Record<string, [number, string]> = {
    'config_dump?mask=dynamic_route_configs': [400, 'could not be successfully applied'],
    config_dump: [200, '{"configs":[1]}'],
    server_info: [200, '{"state":"PRE_INITIALIZING"}'],
  }
  await withServer(envoy(answers), async ({ proxy, notes }) => {
    assert.equal(await text(requiredBytes(proxy, 'config_dump?mask=dynamic_route_configs')), '{"configs":[1]}')
    assert.equal(notes.length, 1)
    assert.match(notes[0] ?? '', /^pod default\/web: Envoy is PRE_INITIALIZING: /)
  })
})

test('a 400 that is not about a mask stays an error with the words of Envoy', async () => {
  await withServer(envoy({ 'config_dump?name_regex=[': [400, 'invalid regex\n'] }), async ({ proxy }) => {
    const error = await failureOf(requiredBytes(proxy, 'config_dump?name_regex=['))
    assert.equal(error.message, `${where} answered HTTP status 400 to /config_dump?name_regex=[: invalid regex`)
  })
})

test('something else than Envoy: 404, or a page', async () => {
  await withServer(envoy({ config_dump: [200, '<html>hello</html>'] }), async ({ proxy }) => {
    const page = await failureOf(requiredBytes(proxy, 'config_dump'))
    assert.equal(page.message, `${where} answered /config_dump, but not like Envoy's admin interface`)
    const missing = await failureOf(requiredBytes(proxy, 'config_dump?mask=bootstrap'))
    assert.equal(missing.message, `${where} has no /config_dump (HTTP status 404)`)
    assert.match(missing.hint ?? '', /--proxy-admin-port/)
  })
})

test('a pod without a proxy container', async () => {
  const refused = 'dial tcp4 127.0.0.1:15000: connect: connection refused'
  await withServer({ opened: (upgrade) => void upgrade.send(1, refused) }, async ({ cluster }) => {
    const error = await failureOf(requiredBytes(cluster.proxy(bare), 'config_dump'))
    assert.match(error.message, /^pod "bare" in namespace "default" has no proxy container that is known/)
    assert.match(error.hint ?? '', /^Its containers: app\./)
  })
})

interface Run {
  readonly stdout?: string
  readonly stderr?: string
  readonly exitCode?: number
  readonly error?: string
}
type Program = (command: string[]) => Run

/** A container that has the given programs. */
function container(programs: Record<string, Program>): NonNullable<FakeHandlers['exec']> {
  return async (upgrade: Upgrade, command: string[]) => {
    const program = programs[command[0] ?? '']
    const missing: Run = { error: `exec: "${command[0]}": executable file not found in $PATH` }
    const { stdout = '', stderr = '', exitCode = 0, error } = program?.(command) ?? missing
    if (stdout !== '') await upgrade.send(1, stdout)
    if (stderr !== '') await upgrade.send(2, stderr)
    const failed = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      message: 'command terminated',
      details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
    }
    const internal = { status: 'Failure', reason: 'InternalError', message: `Internal error occurred: ${error}` }
    await upgrade.send(
      3,
      JSON.stringify(error !== undefined ? internal : exitCode === 0 ? { status: 'Success' } : failed),
    )
  }
}

test('--via exec uses pilot-agent, then curl, then wget', async () => {
  const seen: string[][] = []
  const handlers: FakeHandlers = {
    exec: container({
      curl: (command) => {
        seen.push(command)
        return { stdout: '{"configs":\n[]}\n200' }
      },
    }),
  }
  await withServer(handlers, async ({ cluster }) => {
    const proxy = cluster.proxy(pod, { via: 'exec' })
    assert.equal(await text(requiredBytes(proxy, 'config_dump')), '{"configs":\n[]}')
    assert.deepEqual(seen, [
      ['curl', '-sS', '-X', 'GET', '-w', '\\n%{http_code}', 'http://127.0.0.1:15000/config_dump'],
    ])
  })
})

test('--via exec: HTTP errors, failures, and a container with nothing to ask with', async () => {
  const run = async (programs: Record<string, Program>) => {
    let error: AppError | undefined
    await withServer({ exec: container(programs) }, async ({ cluster }) => {
      error = await failureOf(requiredBytes(cluster.proxy(pod, { via: 'exec' }), 'config_dump'))
    })
    return error?.message
  }
  assert.equal(await run({ curl: () => ({ stdout: 'no\n404' }) }), `${where} has no /config_dump (HTTP status 404)`)
  assert.equal(
    await run({ 'pilot-agent': () => ({ stderr: 'Error: unexpected status 503\n', exitCode: 1 }) }),
    `${where} answered HTTP status 503 to /config_dump`,
  )
  assert.equal(
    await run({ wget: () => ({ stderr: "wget: can't connect to remote host: Connection refused\n", exitCode: 1 }) }),
    "asking Envoy by exec failed: wget: can't connect to remote host: Connection refused",
  )
  assert.equal(await run({}), 'container "istio-proxy" of pod "web" has no pilot-agent, curl, wget to ask Envoy with')
})

test('exec into a pod in which nothing looks like Envoy', async () => {
  await withServer({ exec: container({}) }, async ({ cluster }) => {
    const error = await failureOf(requiredBytes(cluster.proxy(bare, { via: 'exec' }), 'config_dump'))
    assert.equal(error.message, 'the default container of pod "bare" has no pilot-agent, curl, wget to ask Envoy with')
  })
})

test('an exec whose connection drops does not hang', async () => {
  await withServer({ exec: (upgrade) => upgrade.cut() }, async ({ cluster }) => {
    const error = await failureOf(requiredBytes(cluster.proxy(pod, { via: 'exec' }), 'config_dump'))
    assert.equal(error.message, 'the connection to pod "web" was lost during exec')
  })
})

const cannot = status(403, 'Forbidden', 'pods "web" is forbidden: User "dev" cannot create resource "pods/portforward"')

test('where port-forward is forbidden exec is tried, with a note, once', async () => {
  const handlers: FakeHandlers = {
    refuse: (path) => (path.endsWith('/portforward') ? cannot : undefined),
    exec: container({ 'pilot-agent': (command) => ({ stdout: `{"asked":"${command.slice(1).join(' ')}"}` }) }),
  }
  await withServer(handlers, async ({ proxy, notes }) => {
    assert.equal(
      await text(requiredBytes(proxy, 'server_info')),
      '{"asked":"request --debug-port 15000 GET server_info"}',
    )
    await requiredBytes(proxy, 'server_info')
    assert.deepEqual(notes, ['port-forward is forbidden; pod "web" is read through exec (pilot-agent)'])
  })
})

test('where both are forbidden the rules for both are named; with --via port-forward only its own', async () => {
  await withServer({ refuse: () => cannot }, async ({ cluster, proxy }) => {
    const error = await failureOf(requiredBytes(proxy, 'config_dump'))
    assert.match(error.message, /cannot create resource "pods\/portforward"$/)
    assert.match(error.hint ?? '', /pods\/portforward[\s\S]*pods\/exec/)
    const only = await failureOf(requiredBytes(cluster.proxy(pod, { via: 'port-forward' }), 'config_dump'))
    assert.doesNotMatch(only.hint ?? '', /pods\/exec/)
  })
})
