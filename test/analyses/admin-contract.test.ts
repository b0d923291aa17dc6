import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loggers } from '../../src/admin/loggers.ts'
import { serverFacts } from '../../src/admin/server-facts.ts'
import { hostStatistics, serverStatistics } from '../../src/admin/statistics.ts'
import type { ProxyPages } from '../../src/contract/analysis.ts'
import { AppError } from '../../src/errors.ts'
import { argsOf } from './args-of.ts'

const table = { name: 'table', shows: 'rows' } as const

/** A proxy that has these pages and no others. */
function pagesWith(pages: Readonly<Record<string, string>>, live = true) {
  const [asked, notes]: string[][] = [[], []]
  const page = (path: string): string => {
    asked?.push(path)
    const found = pages[path]
    if (found === undefined) throw new AppError(`no ${path}`)
    return found
  }
  const proxy: ProxyPages = {
    label: 'proxy',
    live,
    json: async (path) => JSON.parse(page(path)),
    bytes: async (path) => Buffer.from(page(path)),
    posted: async (path) => page(path),
    note: (text) => void notes?.push(text),
  }
  return { proxy, asked, notes }
}

test('info: a page that is missing is noted, and none at all is the error of the first', async () => {
  const { proxy, notes } = pagesWith({ server_info: '{"state":"LIVE"}', init_dump: '{}' })
  const facts = await serverFacts.facts(proxy, undefined)
  assert.deepEqual(facts, { server_info: { state: 'LIVE' }, memory: undefined, listeners: undefined, init_dump: {} })
  assert.deepEqual(notes, ['no memory', 'no listeners?format=json'])
  assert.deepEqual(
    serverFacts.view(facts, 'proxy', undefined).rows.map(({ cells }) => cells),
    [
      ['STATE', 'LIVE'],
      ['WAITING FOR', 'nothing'],
    ],
  )
  await assert.rejects(serverFacts.facts(pagesWith({}).proxy, undefined), /no server_info/)
})

test('stats: Envoy filters where it runs, what was saved is filtered here, and JSON is asked for when it is printed', async () => {
  const live = pagesWith({
    'stats?filter=a': 'a: 1\n',
    'stats?format=json&filter=a': '{"stats":[{"name":"a","value":1}]}',
  })
  const saved = pagesWith({ 'stats?filter=a': 'a: 1\nb: 2\n' }, false)
  const args = await argsOf('stats', '--filter', 'a')
  const asRows = await serverStatistics.options(args, table)
  const asDocument = await serverStatistics.options(args, { name: 'json', shows: 'document' })
  assert.deepEqual((await serverStatistics.facts(live.proxy, asRows)).found, [{ name: 'a', value: 1 }])
  assert.deepEqual((await serverStatistics.facts(saved.proxy, asRows)).found, [{ name: 'a', value: 1 }])
  await serverStatistics.facts(live.proxy, asDocument)
  assert.deepEqual(live.asked, ['stats?filter=a', 'stats?format=json&filter=a'])
  await assert.rejects(
    serverStatistics.facts(pagesWith({ stats: 'no statistics' }).proxy, {
      filter: undefined,
      usedOnly: false,
      asDocument: false,
    }),
    /proxy is not the output of \/stats/,
  )
})

test('stats --type clusters refuses another page; log reads its loggers by POST', async () => {
  const question = { filter: undefined, usedOnly: false, asDocument: false }
  const other = pagesWith({ 'clusters?format=json': '{"stats":[]}' })
  await assert.rejects(hostStatistics.facts(other.proxy, question), /is not the output of \/clusters/)
  const { proxy } = pagesWith({ logging: 'active loggers:\n  admin: warning\n  http: debug\n' })
  assert.deepEqual(
    [...(await loggers.facts(proxy, undefined))],
    [
      ['admin', 'warning'],
      ['http', 'debug'],
    ],
  )
})
