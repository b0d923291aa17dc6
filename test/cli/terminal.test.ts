import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { displayWidth } from '../../src/output/text/display-width.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { runProgram, startWords, sweepOf } from '../run-program.ts'
import { hasTerminal, runInTerminal } from '../terminal.ts'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const dumpOf = (fixture: string) => join(fixtures, fixture, 'config_dump.json')
const names = readdirSync(fixtures).filter((name) => existsSync(dumpOf(name)))

const colours = /\u001b\[(?:31|33|39)m/g

function widest(out: string): number {
  return out.split('\n').reduce((most, line) => Math.max(most, displayWidth(line.replaceAll(colours, ''))), 0)
}

test('every table of every fixture fits the terminal, and no row is lost', async () => {
  for (const fixture of sweepOf(names)) {
    for (const { name } of resourceKinds.filter(({ defaultFormat = 'table' }) => defaultFormat === 'table')) {
      const argv = [name, '--file', dumpOf(fixture)]
      const piped = await runProgram(argv)
      for (const columns of [80, 120, 200]) {
        const { out, err } = await runProgram(argv, { columns })
        assert.ok(widest(out) <= columns, `${fixture} ${name}: ${widest(out)} columns of ${columns}\n${out}`)
        assert.equal(out.split('\n').length, piped.out.split('\n').length)
        assert.equal(err, piped.err)
      }
    }
  }
})

test('nothing is shortened in a pipe, with --no-trunc, or where there is room', async () => {
  const argv = ['routes', '--file', dumpOf('sidecar')]
  const whole = (await runProgram(argv)).out
  assert.doesNotMatch(whole, /…|\u001b/)
  assert.ok(widest(whole) > 150)
  assert.equal((await runProgram([...argv, '--no-trunc'], { columns: 80 })).out, whole)
  assert.equal((await runProgram(argv, { columns: 400 })).out, whole)
  assert.match((await runProgram(argv, { columns: 80 })).out, /…/)
  for (const format of ['json', 'yaml', 'jsonl', 'csv', 'name', 'raw']) {
    const piped = await runProgram([...argv, '-o', format])
    assert.deepEqual(await runProgram([...argv, '-o', format], { columns: 80 }), piped, format)
  }
})

test('a terminal that does not say how wide it is gets whole rows', async () => {
  const argv = ['routes', '--file', dumpOf('sidecar')]
  const { out } = await runProgram(argv)
  assert.equal((await runProgram(argv, { columns: Number.POSITIVE_INFINITY })).out, out)
})

const red = (text: string) => `\u001b[31m${text}\u001b[39m`
const yellow = (text: string) => `\u001b[33m${text}\u001b[39m`

test('colour says what fails and what may come to fail', async () => {
  const coloured = async (...argv: string[]) => (await runProgram([...argv, '--color', 'always'])).out
  const hosts = await coloured('endpoints', '--file', join(fixtures, 'health', 'clusters.json'))
  assert.ok(hosts.includes(red('UNHEALTHY')) || /\u001b\[31m[A-Z_,]*FAILED_ACTIVE_HEALTH_CHECK/.test(hosts), hosts)
  assert.ok(hosts.includes(red('FAILED')), hosts)
  assert.doesNotMatch(hosts, /\u001b\[\d+m(?:HEALTHY|OK)\u001b/)
  assert.match(await coloured('listeners', '--file', dumpOf('rejected')), /\u001b\[31mERROR\u001b\[39m/)
  assert.ok((await coloured('listeners', '--file', dumpOf('warming'))).includes(yellow('WARMING')))
  const later = { now: new Date('2126-01-01T00:00:00Z') }
  const { out: secrets } = await runProgram(['secrets', '--file', dumpOf('sidecar'), '--color', 'always'], later)
  assert.match(secrets, /\u001b\[31mfalse\u001b\[39m/)
  assert.match(secrets, /\u001b\[31mexpired \d+y?\w* ago\u001b\[39m/)
  const { out: certs } = await runProgram(['certs', '--file', dumpOf('sidecar'), '--color', 'always'], later)
  assert.match(certs, /\u001b\[31mexpired \d+\w* ago\u001b\[39m/)
})

test('a request that fails is red, what the dump does not tell and a warning yellow', async () => {
  const traced = async (fixture: string, ...argv: string[]) =>
    (await runProgram(['trace', '--file', dumpOf(fixture), ...argv, '--color', 'always'])).out
  const expired = await traced('certificates', 'https://expired.example.com:8443/')
  assert.match(expired, /^\u001b\[31m {2}=> no healthy upstream .*\u001b\[39m$/m)
  const rejected = await traced('rejected', 'https://shop.example.com/', '--address', '192.0.2.2')
  assert.match(rejected, /^\u001b\[33m {5}Warning: Envoy rejected a newer version .*\u001b\[39m$/m)
  assert.doesNotMatch(await traced('sidecar', 'http://reviews:9080/x'), /\u001b/)
})

test('--color, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal', async () => {
  const argv = ['listeners', '--file', dumpOf('warming')]
  const cases: [string[], Record<string, string>, number | undefined, boolean][] = [
    [[], {}, undefined, false],
    [[], {}, 120, true],
    [[], { TERM: 'dumb' }, 120, false],
    [[], { NO_COLOR: '1' }, 120, false],
    [[], { NO_COLOR: '' }, 120, true],
    [[], { FORCE_COLOR: '1' }, undefined, true],
    [[], { FORCE_COLOR: 'true' }, undefined, true],
    [[], { FORCE_COLOR: '0' }, 120, false],
    [[], { FORCE_COLOR: '' }, undefined, false],
    [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, 120, false],
    [['--color', 'auto'], {}, undefined, false],
    [['--color', 'always'], { NO_COLOR: '1' }, undefined, true],
    [['--color=never'], { FORCE_COLOR: '1' }, 120, false],
  ]
  for (const [flags, env, columns, expected] of cases) {
    const { out } = await runProgram([...argv, ...flags], { env, ...(columns === undefined ? {} : { columns }) })
    assert.equal(out.includes('\u001b'), expected, JSON.stringify([flags, env, columns]))
  }
  const { code, err } = await runProgram([...argv, '--color', 'red'])
  assert.equal(code, 1)
  assert.match(err, /--color accepts one of auto, always, never/)
})

test('formats for machines have no colour, whatever is forced', async () => {
  for (const format of ['json', 'yaml', 'jsonl', 'csv', 'name', 'raw']) {
    const { out } = await runProgram(['listeners', '--file', dumpOf('warming'), '-o', format, '--color', 'always'])
    assert.doesNotMatch(out, /\u001b/, format)
  }
})

test('all: each of its tables fits and has its colours', async () => {
  const { out } = await runProgram(['all', '--file', dumpOf('warming'), '--with-headers'], { columns: 120 })
  assert.ok(out.includes(yellow('WARMING')))
  assert.match(out, /^------ LISTENER INFO ------$/m)
  const tables = out.split('\n').filter((line) => !line.startsWith('---'))
  assert.ok(widest(tables.join('\n')) <= 130, String(widest(out)))
})

test('help is as wide as the terminal; lines to paste stay whole', async () => {
  for (const argv of [['--help'], ['trace', '--help'], ['ztunnel', '--help'], ['options']]) {
    const piped = (await runProgram(argv)).out
    for (const columns of [80, 120]) {
      const { out } = await runProgram(argv, { columns })
      const texts = out.split('\n').filter((line) => !line.startsWith('  kubectl '))
      assert.ok(widest(texts.join('\n')) <= columns, out)
      assert.equal(out.replaceAll(/\s+/g, ''), piped.replaceAll(/\s+/g, ''), argv.join(' '))
    }
  }
})

test('in a real terminal: as wide as that is, coloured, and the notes apart', { skip: !hasTerminal }, () => {
  const env = { PATH: process.env.PATH, TERM: 'xterm-256color' }
  for (const columns of [80, 120]) {
    const { code, out } = runInTerminal([...startWords, 'listeners', '--file', dumpOf('warming')], { columns, env })
    assert.equal(code, 0)
    assert.ok(out.includes(yellow('WARMING')), out)
    assert.ok(widest(out) <= columns, out)
  }
})
