import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { routerCheck } from '../../src/analyses/trace/cases/router-check.ts'
import { requestsDocument } from '../../src/commands/trace/requests-document.ts'
import { objectOf, objectsOf } from '../../src/envoy/json.ts'
import { hasCorpus } from './corpus.ts'
import { readText } from './trace-vectors.ts'

const sets = [
  'ClusterHeader',
  'ComprehensiveRoutes',
  'ContentType',
  'DetailedCoverage',
  'DirectResponse',
  'DynamicMetadata',
  'HeaderMatchedRouting',
  'Redirect',
  'Redirect2',
  'Redirect3',
  'Redirect4',
  'Runtime',
  'TestRoutes',
  'Weighted',
]

test("agrees with Envoy's own router check cases", async (t) => {
  if (!hasCorpus(t, 'vectors/router-check/')) return
  const files = [
    ...sets.map((set) => [set, `${set}.golden.proto.json`] as const),
    ['Weighted', 'Weighted.golden.proto.yaml'] as const,
    ['Weighted', 'Weighted.golden.proto.pb_text'] as const,
  ]
  const checks = (await Promise.all(files.map(([routes, cases]) => check(routes, cases)))).flat()
  assert.equal(checks.length, 108)
  const failed = checks.filter(({ failures }) => failures.length > 0)
  t.diagnostic(`${checks.length - failed.length} of ${checks.length} cases pass`)
  assert.deepEqual(
    failed.map(({ name, failures }) => ({ name, failures })),
    [],
  )
})

test('fails where the router check tool fails', async (t) => {
  if (!hasCorpus(t, 'vectors/router-check/')) return
  const [only] = await check('TestRoutes', 'TestRoutesFailures.golden.proto.json')
  assert.equal(only?.failures.length, 5)
})

async function check(routes: string, cases: string) {
  const routeConfiguration = objectOf(load(readText(`vectors/router-check/${routes}.yaml`)))
  const document = await requestsDocument(new TextEncoder().encode(readText(`vectors/router-check/${cases}`)), cases)
  return objectsOf(objectOf(document).tests).map((item) => ({
    name: `${cases} ${item.test_name}`,
    ...routerCheck(routeConfiguration, item),
  }))
}
