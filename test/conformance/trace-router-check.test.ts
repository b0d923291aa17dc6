import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { type JsonObject, objectOf, objectsOf } from '../../src/envoy/json.ts'
import { type RouterCheck, routerCheck } from '../../src/trace/router-check.ts'
import { conformanceSet, readText } from './trace-vectors.ts'

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

test("agrees with Envoy's own router check cases", (t) => {
  if (!conformanceSet(t, 'vectors/router-check/')) return
  const checks = sets.flatMap((set) => check(set, set))
  const failed = checks.filter(({ failures }) => failures.length > 0)
  t.diagnostic(`${checks.length - failed.length} of ${checks.length} cases pass`)
  assert.deepEqual(
    failed.map(({ name, failures }) => ({ name, failures })),
    [],
  )
})

test('fails where the router check tool fails', (t) => {
  if (!conformanceSet(t, 'vectors/router-check/')) return
  const [only] = check('TestRoutes', 'TestRoutesFailures')
  assert.equal(only?.failures.length, 5)
})

function check(routes: string, cases: string): RouterCheck[] {
  const routeConfiguration = objectOf(load(readText(`vectors/router-check/${routes}.yaml`)))
  // One of Envoy's files has a trailing comma; YAML in its flow style takes that.
  const document: JsonObject = objectOf(load(readText(`vectors/router-check/${cases}.golden.proto.json`)))
  return objectsOf(document.tests).map((item) => routerCheck(routeConfiguration, item))
}
