import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../run-program.ts'

const file = fileURLToPath(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))

test('flags take their values in every way that kubectl takes them', async () => {
  const { out } = await runProgram(['clusters', '--file', file, '--port', '9080', '-o', 'name'])
  assert.match(out, /^cluster\//)
  const ways = [
    ['-f', file, '-oname', '--port=9080'],
    [`-f${file}`, '-o=name', '--port', '9080'],
    ['--file', file, '--output', 'name', '--port', '9080', '-ndefault'],
    ['--port', '9080', '-o', 'json', '-o', 'name', `--file=${file}`],
  ]
  for (const way of ways) assert.equal((await runProgram(['clusters', ...way])).out, out, way.join(' '))
})

test('a value may begin with a dash, and a flag without its value is named', async () => {
  const { err } = await runProgram(['clusters', '--file', file, '--fqdn', '-x'])
  assert.match(err, /^No clusters found that match/)
  assert.match((await runProgram(['clusters', '--fqdn'])).err, /^error: flag needs an argument: --fqdn\nSee /)
  assert.match((await runProgram(['clusters', '-o'])).err, /^error: flag needs an argument: 'o' in -o\nSee /)
})

test('a switch takes what kubectl takes for true and false, and nothing else', async () => {
  const headers = async (flag: string) => /^SERVICE FQDN/.test((await runProgram(['clusters', '-f', file, flag])).out)
  for (const flag of ['--no-headers', '--no-headers=true', '--no-headers=T', '--no-headers=1']) {
    assert.equal(await headers(flag), false, flag)
  }
  for (const flag of ['--no-headers=false', '--no-headers=False', '--no-headers=0']) {
    assert.equal(await headers(flag), true, flag)
  }
  const { code, out, err } = await runProgram(['clusters', '-f', file, '--no-headers=yes'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /^error: invalid argument "yes" for "--no-headers" flag: it accepts true or false\nSee /)
})

test('a source or a condition of which only the last would count cannot be given twice', async () => {
  for (const [argv, flag, code] of [
    [['clusters', '--url', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:2'], 'url', 1],
    [['watch', '--url', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:2'], 'url', 1],
    [['clusters', '--capture', 'a.zip', '--capture', 'b.zip'], 'capture', 1],
    [['wait', '-f', file, '--for', 'live', '--for', 'synced'], 'for', 2],
    [['explain', '--log', 'a', '--log', 'b'], 'log', 1],
    [['trace', '-f', file, '--requests', 'a', '--requests', 'b'], 'requests', 1],
    [['diff', '-f', file, '-f', file, '--requests', 'a', '--requests', 'b'], 'requests', 2],
    [['lint', '-f', file, '--baseline', 'a', '--baseline', 'b'], 'baseline', 2],
    [['query', '--db', 'a', '--db', 'b', 'SELECT 1'], 'db', 1],
    [['capture', '-f', file, '--to', 'a', '--to', 'b'], 'to', 1],
  ] as const) {
    const { code: got, out, err } = await runProgram(argv)
    assert.deepEqual({ got, out }, { got: code, out: '' }, argv.join(' '))
    assert.match(err, new RegExp(`^error: --${flag} can be given only once\\n`))
  }
  assert.equal(
    (await runProgram(['lint', '-f', file, '--baseline', 'a', '--baseline', 'a'])).err.includes('once'),
    false,
  )
})

test('standard input is read by one flag, and a second is told so', async () => {
  for (const [argv, message] of [
    [['clusters', '-f', '-', '-f', '-'], '--file can be standard input only once'],
    [['diff', '-f', '-', '-f', file, '--requests', '-'], '--file and --requests cannot both be standard input'],
    [
      ['status', '-f', '-', '--control-plane-file', '-'],
      '--file and --control-plane-file cannot both be standard input',
    ],
    [['explain', '-f', '-', '--log', '-'], '--file and --log cannot both be standard input'],
    [['trace', '-f', '-', '--requests', '-'], '--file and --requests cannot both be standard input'],
  ] as const) {
    const { out, err } = await runProgram(argv, { stdin: '{}' })
    assert.deepEqual([out, err.split('\n')[0]], ['', `error: ${message}`], argv.join(' '))
  }
})

test('names that every object has are no flags', async () => {
  for (const flag of ['--constructor', '--__proto__', '--toString']) {
    assert.match((await runProgram(['clusters', flag, 'x'])).err, new RegExp(`^error: unknown flag: ${flag}\n`))
  }
})

test('a filter at the default that help shows keeps everything, as in istioctl', async () => {
  const defaults = [
    ['clusters', '--fqdn=', '--port=0', '--subset=', '--direction='],
    ['listeners', '--address=', '--port=0', '--type=', '--name='],
    ['routes', '--name=', '--domain=', '--vhost=', '--path='],
    ['eds', '--address=', '--port=0', '--cluster=', '--status='],
    ['all', '--name=', '--port=0', '--type=', '--direction='],
  ]
  for (const [command = '', ...flags] of defaults) {
    const { out } = await runProgram([command, '--file', file])
    for (const flag of flags) {
      assert.deepEqual(
        await runProgram([command, '--file', file, flag]),
        { code: 0, out, err: '' },
        `${command} ${flag}`,
      )
    }
  }
})

test('flags that istioctl has on every command are taken', async () => {
  const { out } = await runProgram(['clusters', '--file', file])
  const ways = [
    '-i=mesh',
    '--istioNamespace=mesh',
    '--istio-namespace=mesh',
    '--kubeclient-timeout=5s',
    '--vklog=9',
    '-v=6',
  ]
  for (const flag of ways) {
    assert.deepEqual(await runProgram(['clusters', '--file', file, flag]), { code: 0, out, err: '' }, flag)
  }
  const { err } = await runProgram(['clusters', 'a', '--kubeclient-timeout', 'soon', '--server', 'http://127.0.0.1:1'])
  assert.match(err, /^error: .*soon/)
  const mesh = await runProgram(['status', '-v', '1', '--timeout', '1s', '--server', 'http://127.0.0.1:1'])
  assert.doesNotMatch(mesh.err, /unknown/)
  const unmeshed = await runProgram(['describe', 'pod', '--ignoreUnmeshed', '--file', file])
  assert.deepEqual([unmeshed.code, unmeshed.err], [0, ''])
})
