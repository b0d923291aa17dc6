import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../run-program.ts'

const template = {
  name: 't',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
    path_template: '/shops/{id}/cart',
  },
}
const matches = {
  digits: { safe_regex: { regex: '/v[0-9]+/items' } },
  part: { safe_regex: { regex: '/v1' } },
  parameters: { safe_regex: { regex: '/v1/items;a=b' } },
  folded: { safe_regex: { regex: '(?i)/V1/ITEMS' } },
  broken: { safe_regex: { regex: '(?<!x)/v2{2}/items' } },
  template: { path_match_policy: template },
  rest: { prefix: '/' },
}
const folder = mkdtempSync(join(tmpdir(), 'proxy-config-path-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'dump.json')
const routes = Object.entries(matches).map(([name, match]) => ({ name, match, route: { cluster: 'c' } }))
const route_config = { name: '80', virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }
const type = 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump'
writeFileSync(file, JSON.stringify({ configs: [{ '@type': type, static_route_configs: [{ route_config }] }] }))

async function namesFor(command: string, path: string): Promise<string[]> {
  const { out, err } = await runProgram([command, '--file', file, '--path', path, '-o', 'jsonl'])
  assert.doesNotMatch(err, /error/)
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).route)
}

// What the match of a route contains is kept as text; the digits here are in none.
for (const [path, names] of [
  ['/v22/items', ['digits', 'rest']],
  ['/v22/items?q=/x', ['digits', 'rest']],
  ['/v22/items/9', ['rest']],
  ['/V1/Items', ['folded', 'parameters', 'rest']],
  ['/shops/7/cart', ['template', 'rest']],
  ['/shops/7/8/cart', ['rest']],
  ['/v22/items;c=d', ['digits', 'rest']],
] as const) {
  test(`routes and all --path ${path}: an expression has to match all of it`, async () => {
    // Beside what can take it stands what has the text in its match, in any case.
    const expected = Object.keys(matches).filter((name) => names.some((one) => one === name))
    for (const command of ['routes', 'all']) {
      assert.deepEqual(await namesFor(command, path), expected, command)
    }
  })
}

test('the document has the same routes as the table', async () => {
  const { out } = await runProgram(['routes', '--file', file, '--path', '/v22/items/9', '-o', 'json'])
  const names = JSON.parse(out)[0].virtualHosts[0].routes.map(({ name }: { name: string }) => name)
  assert.deepEqual(names, ['rest'])
  const whole = await runProgram(['all', '--file', file, '--path', '/v22/items/9', '-o', 'json'])
  assert.doesNotMatch(whole.out, /digits/)
})
