import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { type Connection, openConnection } from '../../../src/fetch/kube/api/connection.ts'
import { resolveAccess } from '../../../src/fetch/kube/auth/resolve-access.ts'
import { execInPod } from '../../../src/fetch/kube/proxy/exec.ts'
import { type AdminRequest, execHttp } from '../../../src/fetch/kube/proxy/exec-http.ts'
import { type FakeHandlers, startFakeApiServer, type Upgrade } from '../fake-api-server.ts'
import { testHost } from './test-host.ts'

interface Run {
  readonly stdout?: string
  readonly stderr?: string
  readonly exit?: number
  /** The words of a failure. */
  readonly message?: string
  /** A failure that has no exit code: the runtime could not start the program. */
  readonly unstarted?: boolean
}

type Programs = Readonly<Record<string, Run>>

const target = { name: 'web', namespace: 'default', container: 'proxy' }

async function connected(
  exec: NonNullable<FakeHandlers['exec']>,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const server = await startFakeApiServer({ exec }, { plain: true })
  const host = testHost()
  const connection = openConnection(resolveAccess({ server: server.url, maxSize: '200K' }, host), host)
  try {
    await use(connection)
  } finally {
    connection.close()
    await server.close()
  }
}

async function play(upgrade: Upgrade, run: Run): Promise<void> {
  const { stdout = '', stderr = '', exit = 0, message = '', unstarted = false } = run
  if (stdout !== '') await upgrade.send(1, stdout)
  if (stderr !== '') await upgrade.send(2, stderr)
  const causes = unstarted ? [] : [{ reason: 'ExitCode', message: String(exit) }]
  const failure = { status: 'Failure', message, details: { causes } }
  await upgrade.send(3, JSON.stringify(exit === 0 && !unstarted ? { status: 'Success' } : failure))
}

const none: Run = { unstarted: true, message: 'exec: executable file not found in $PATH' }

/** Asks a container that has these programs; the answer in a line, and what was run. */
async function asked(
  connection: Connection,
  { commands, method = 'GET', tool }: { commands: string[][]; method?: AdminRequest['method']; tool?: string },
): Promise<string> {
  commands.length = 0
  try {
    const request = { port: 15000, path: 'stats?a=b', method }
    const answer = await execHttp({ connection, target, request, tool, limit: 10_000 })
    return `${answer.tool} ${answer.status} ${Buffer.from(answer.body)}`
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return `${error.message}${error.hint === undefined ? '' : ` (${error.hint.split(/[ ,]/)[0]})`}`
  }
}

async function inContainer(
  use: (ask: (programs: Programs, more?: { method?: 'POST'; tool?: string }) => Promise<string>) => Promise<void>,
  commands: string[][] = [],
): Promise<void> {
  let programs: Programs = {}
  await connected(
    (upgrade, command) => {
      commands.push(command)
      void play(upgrade, programs[command[0] ?? ''] ?? none)
    },
    (connection) =>
      use((given, more) => {
        programs = given
        return asked(connection, { commands, ...more })
      }),
  )
}

const failed = 'asking Envoy by exec failed:'

test('pilot-agent: its exit code, else a status among its words', () =>
  inContainer(async (ask) => {
    for (const [run, expected] of [
      [{ stdout: 'a: 500' }, 'pilot-agent 200 a: 500'],
      [{ exit: 1, stderr: 'Error: unexpected status 503' }, 'pilot-agent 503 '],
      [{ exit: 1, stdout: 'body', stderr: 'status 404' }, 'pilot-agent 404 body'],
      [{ exit: 1, stdout: '404 page not found' }, 'pilot-agent 404 404 page not found'],
      [{ exit: 1, stdout: `${'x'.repeat(1996)} 404` }, 'pilot-agent 404 '],
      [{ exit: 1, stdout: `${'x'.repeat(1997)} 404` }, `${failed} exit code 1 (The)`],
      [{ exit: 1, stderr: 'status 302' }, `${failed} status 302 (The)`],
      [{ exit: 1, stderr: 'status 600' }, `${failed} status 600 (The)`],
      [{ exit: 1, stderr: 'port 15000' }, `${failed} port 15000 (The)`],
      [{ exit: 3 }, `${failed} exit code 3 (The)`],
      [{ exit: 3, message: 'ended' }, `${failed} ended (The)`],
      [{ exit: 1, stderr: 'one\ntwo\n\n', message: 'ended' }, `${failed} two (The)`],
      [{ exit: 1, stderr: 'dial: Connection Refused' }, `${failed} dial: Connection Refused (Is)`],
      [{ stderr: 'No such file or directory' }, 'pilot-agent 200 '],
      [{ exit: 125, stderr: 'other' }, `${failed} other (The)`],
      [{ exit: 128, stderr: 'other' }, `${failed} other (The)`],
    ] as const)
      assert.equal((await ask({ 'pilot-agent': run })).slice(0, expected.length), expected, JSON.stringify(run))
  }))

test('curl: the status behind the last line end, and only where it ended well', () =>
  inContainer(async (ask) => {
    for (const [run, expected] of [
      [{ stdout: 'a\nb\n200' }, 'curl 200 a\nb'],
      [{ stdout: '\n404' }, 'curl 404 '],
      [{ stdout: '200' }, `${failed} exit code 0 (The)`],
      [{ stdout: 'a\n000' }, `${failed} exit code 0 (The)`],
      [{ stdout: 'a\nb' }, `${failed} exit code 0 (The)`],
      [{ stdout: 'a\n200', exit: 7, stderr: 'curl: (7) refused' }, `${failed} curl: (7) refused (Is)`],
      [{ unstarted: true, message: 'no room' }, `${failed} no room (The)`],
      [{ unstarted: true }, `${failed} exit code undefined (The)`],
    ] as const)
      assert.equal(await ask({ curl: run }), expected, JSON.stringify(run))
  }))

test('wget: the status among the headers, which counts more than how it ended', () =>
  inContainer(async (ask) => {
    for (const [run, expected] of [
      [{ stdout: 'a', stderr: '  HTTP/1.1 200 OK\n  Date: x' }, 'wget 200 a'],
      [{ stdout: 'a', stderr: 'HTTP/1.0 204 No' }, 'wget 204 a'],
      [{ stdout: 'a', stderr: 'HTTP/2 503 No', exit: 8 }, 'wget 503 a'],
      [{ stdout: 'a' }, 'wget 200 a'],
      [{ stdout: 'a', stderr: 'was HTTP/1.1 404' }, 'wget 200 a'],
      [{ exit: 4, stderr: 'was HTTP/1.1 404' }, `${failed} was HTTP/1.1 404 (The)`],
    ] as const)
      assert.equal(await ask({ wget: run }), expected, JSON.stringify(run))
  }))

test('a program that is not there: by its exit code, or by the words of shell and runtime', () =>
  inContainer(async (ask) => {
    const curl = { stdout: 'a\n200' }
    for (const missing of [
      none,
      { exit: 126 },
      { exit: 127 },
      { exit: 1, stderr: 'sh: pilot-agent: No such file or directory' },
      { exit: 2, message: 'bash: pilot-agent: command not found' },
    ])
      assert.equal(await ask({ 'pilot-agent': missing, curl }), 'curl 200 a', JSON.stringify(missing))
    const nothing = 'container "proxy" of pod "web" has no pilot-agent, curl, wget to ask Envoy with (Use)'
    assert.equal(await ask({}), nothing)
    assert.equal(
      await ask({ curl }, { tool: 'wget' }),
      nothing,
      'the one that worked before is the only one that is asked',
    )
    assert.equal(await ask({ 'pilot-agent': { exit: 126 }, curl, wget: {} }, { tool: 'curl' }), 'curl 200 a')
  }))

test('what each program is told', async () => {
  const url = 'http://127.0.0.1:15000/stats?a=b'
  const ways = [
    ['pilot-agent', 'request', '--debug-port', '15000', 'GET', 'stats?a=b'],
    ['curl', '-sS', '-X', 'GET', '-w', '\\n%{http_code}', url],
    ['wget', '-q', '-S', '-O', '-', url],
  ]
  const commands: string[][] = []
  const run = (method?: 'POST') =>
    inContainer(async (ask) => void (await ask({}, method === undefined ? {} : { method })), commands)
  await run()
  assert.deepEqual(commands, ways)
  const post = ways.map((way) => way.map((word) => (word === 'GET' ? 'POST' : word)))
  post[2]?.splice(5, 0, '--post-data=')
  await run('POST')
  assert.deepEqual(commands, post)
})

/** Runs one command, and says what came, or how it failed. */
async function outcome(
  exec: NonNullable<FakeHandlers['exec']>,
  more: { limit?: number; signal?: AbortSignal; container?: undefined } = {},
): Promise<string> {
  let said = ''
  await connected(exec, async (connection) => {
    const { limit = 10_000, signal } = more
    const place = 'container' in more ? { ...target, container: undefined } : target
    said = await execInPod(connection, place, { command: ['run'], limit, signal }).then(
      ({ exitCode, stdout, stderr, message }) => `${exitCode} ${stdout.length} ${stderr.length} ${message}`,
      (error: unknown) => {
        assert.ok(error instanceof Error)
        return `${error instanceof AppError ? error.code : error.name}: ${error.message}`
      },
    )
  })
  return said
}

test('a command ends with its status, what it wrote is bounded, and a wait has an end', async () => {
  const size = 200 * 2 ** 10
  const [exact, more] = ['x'.repeat(size), 'x'.repeat(size + 1)]
  assert.equal(await outcome((up) => void play(up, { stdout: exact })), `0 ${size} 0 `)
  assert.match(
    await outcome((up) => void play(up, { stdout: more })),
    /^too-large: .*run in pod "web" is larger than 200 KiB$/,
  )
  assert.equal(await outcome((up) => void play(up, { stderr: exact, exit: 5, message: 'm' })), `5 0 ${64 * 2 ** 10} m`)
  assert.match(await outcome((up) => void play(up, { stderr: more })), /^too-large: /)
  assert.equal(await outcome((up) => void play(up, { unstarted: true, message: 'm' })), 'undefined 0 0 m')
  assert.equal(
    await outcome((up) => void up.socket.close(1000)),
    'cut-short: the connection to pod "web" was lost during exec',
  )
  assert.equal(await outcome(() => undefined, { limit: 200 }), 'timeout: run in pod "web" did not end within 0.2 s')
  const stop = new AbortController()
  assert.equal(await outcome(() => stop.abort(new Error('Ctrl-C')), { signal: stop.signal }), 'Error: Ctrl-C')
  const urls: string[] = []
  const seen: NonNullable<FakeHandlers['exec']> = (up) => {
    urls.push(`${up.url.pathname} ${up.url.searchParams.get('container')} ${up.url.searchParams.get('tty')}`)
    void play(up, {})
  }
  await outcome(seen)
  await outcome(seen, { container: undefined })
  const path = '/api/v1/namespaces/default/pods/web/exec'
  assert.deepEqual(urls, [`${path} proxy false`, `${path}  false`])
})
