import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Planted, plantAll } from '../lint/planting/plant-all.ts'
import { hasCorpus } from './corpus.ts'

test('the defect of each rule, planted in real dumps, is found, and nothing else is', async (t) => {
  if (!hasCorpus(t)) return
  // One of each control plane; `npm run plant` takes 50.
  const { planes, rows, wrong, proxies } = await plantAll(8)
  const sum = (key: 'planted' | 'found' | 'alone') => rows.reduce((total, row: Planted) => total + row[key], 0)
  const [planted, found, alone] = [sum('planted'), sum('found'), sum('alone')]
  t.diagnostic(`${planes.join(', ')}: planted ${planted}, found ${found}, nothing else ${alone}`)
  assert.equal(proxies, 8)
  assert.ok(planes.length >= 7, planes.join())
  assert.ok(planted > 600, `${planted} were planted`)
  // A listener that drains cannot be planted in a dump; two rules need a proxy that begins without the defect: none of these eight does.
  const never = rows.filter((row) => row.planted === 0).map(({ rule }) => rule)
  assert.deepEqual(never, ['drain-in-progress', 'no-connection-limit', 'no-overload-manager'])
  assert.ok(found >= planted * 0.95, wrong.join('\n'))
  assert.ok(alone >= planted * 0.95, wrong.join('\n'))
})
