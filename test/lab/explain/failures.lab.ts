import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '../../run-program.ts'
import { serverCertificate } from '../trace/client.ts'
import { startEnvoy, type TracedEnvoy } from '../trace/envoy.ts'
import { failingEnvoy, pressures } from './failing-envoy.ts'
import { startFailingServers } from './failing-servers.ts'
import { type Failure, failures, type Hands } from './failures.ts'

/** A kind of failure as `-o json` has it. */
interface Kind {
  readonly cause: string
  readonly endedBy: string
  readonly unknown: readonly string[]
}

let envoy: TracedEnvoy
let stopServers: () => void = () => undefined
const table: string[] = []

before(async () => {
  const pem = serverCertificate(['app.test'], ['127.0.0.1'])
  const other = serverCertificate(['other.test'], [])
  stopServers = await startFailingServers(pem)
  envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', (folder) => {
    for (const name of pressures) writeFileSync(join(folder, name), '0')
    return failingEnvoy(folder, pem, other.slice(other.indexOf('-----BEGIN CERTIFICATE')))
  })
})

after(async () => {
  await envoy?.stop()
  stopServers()
})

const hands: Hands = {
  async post(path) {
    await fetch(`http://${envoy.admin}/${path}`, { method: 'POST' })
  },
  ejected: (cluster) => someOf(`cluster.${cluster}.outlier_detection.ejections_active`),
  underWay: () => someOf('http.x.downstream_rq_active'),
  async pressure(name, value) {
    const file = join(envoy.folder, name)
    writeFileSync(`${file}.new`, String(value))
    renameSync(`${file}.new`, file)
    const wanted = value === 1 ? '100' : '0'
    for (let tries = 0; tries < 100; tries++) {
      const stats = await (await fetch(`http://${envoy.admin}/stats?filter=overload.*${name}.pressure$`)).text()
      if (stats.includes(`pressure: ${wanted}\n`)) return
      await sleep(50)
    }
    assert.fail('the overload manager does not see the pressure')
  },
}

/** Waits until a statistic is not 0. */
async function someOf(stat: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await envoy.stat(stat)) > 0) return
    await sleep(50)
  }
  assert.fail(`${stat} is 0`)
}

function linesOfLog(): string[] {
  const file = join(envoy.folder, 'access.log')
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
}

/** Status, flags and details of a line. */
function loggedOf(line: string): string {
  return /" (\d+ \S+ \S*) /.exec(line)?.[1] ?? ''
}

/** The line that a failure wrote. */
async function lineOf({ provoke, logged }: Failure): Promise<string> {
  const before = linesOfLog().length
  await provoke(hands)
  for (let tries = 0; tries < 100; tries++) {
    const found = linesOfLog()
      .slice(before)
      .findLast((line) => logged.test(loggedOf(line)))
    if (found !== undefined) return found
    await sleep(50)
  }
  throw new Error(`not logged as ${logged}: ${linesOfLog().slice(before).join(' | ')}`)
}

for (const failure of failures)
  test(`${failure.name}: ${failure.logged.source}`, async () => {
    const line = await lineOf(failure)
    const log = join(envoy.folder, 'one.log')
    writeFileSync(log, `${line}\n`)
    const { out, err } = await runProgram(['explain', '--url', `http://${envoy.admin}`, '--log', log, '-o', 'json'])
    const { kinds, otherLines } = JSON.parse(out) as { kinds: readonly Kind[]; otherLines: number }
    assert.equal(otherLines, 0, err)
    const [kind] = kinds
    const isRight = kind?.cause.startsWith(failure.cause) && kind.endedBy === failure.by && kind.unknown.length === 0
    table.push(`${loggedOf(line).slice(0, 70)} | ${kind?.cause} | ${kind?.endedBy} | ${isRight ? 'right' : 'WRONG'}`)
    assert.deepEqual([kind?.cause, kind?.endedBy, kind?.unknown], [failure.cause, failure.by, []], line)
  })

test('the table of what was produced and explained', (t) => {
  for (const line of table) t.diagnostic(line)
  assert.equal(table.length, failures.length)
})
