import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceKinds } from '../../src/resources/index.ts'
import { left, type } from './rows-left.ts'
import { dumpOfSections, rowsOf, section, viewOf } from './shown.ts'

test('the kinds, in the order of help, and what no other has the name of', () => {
  assert.deepEqual(
    resourceKinds.map(({ name, aliases, kind }) => [name, ...aliases, kind].join(' ')),
    [
      'clusters cluster c cluster',
      'listeners listener l listener',
      'routes route r route',
      'filters filter f filter',
      'scopes scope scoped-routes scope',
      'endpoints endpoint ep endpoint',
      'eds endpoint',
      'secrets secret s secret',
      'ecds ec extension',
      'bootstrap b bootstrap',
    ],
  )
  const words = resourceKinds.flatMap(({ name, aliases }) => [name, ...aliases])
  assert.equal(new Set(words).size, words.length)
  for (const { title, examples, path, filters } of resourceKinds) {
    assert.match(path, /^(?:config_dump|clusters\?format=json)/)
    assert.ok(title.length > 10 && examples.length > 1)
    for (const { describe } of filters) assert.match(describe, /^Show [a-z]/)
  }
})

test('scopes: by set and name, with their key and where they lead', async () => {
  const dump = await dumpOfSections(
    section('ScopedRoutes', {
      inline_scoped_route_configs: [
        {
          name: 'set',
          scoped_route_configs: [
            {
              name: 'b',
              key: { fragments: [{ string_key: 'eu' }, { string_key: 'Green' }, {}] },
              route_configuration_name: 'r1',
            },
            {
              name: 'a',
              on_demand: true,
              key: { fragments: [{ string_key: 'us' }] },
              route_configuration: { name: 'own' },
            },
          ],
        },
      ],
      dynamic_scoped_route_configs: [
        {
          name: 'other',
          scoped_route_configs: [
            { name: 'z', route_configuration: {} },
            { name: 'y', route_configuration_name: '' },
          ],
        },
      ],
    }),
  )
  assert.deepEqual(
    rowsOf(viewOf('scopes', dump)).map((row) =>
      ['scopes', 'name', 'key', 'routes', 'onDemand'].map((key) => Reflect.get(row, key) ?? '').join(' '),
    ),
    ['other y   false', 'other z  inline false', 'set a us inline own true', 'set b eu,Green, r1 false'],
  )
  await left('scopes', dump, 'name', [
    ['name', 'A', ['a']],
    ['key', 'green', ['b']],
    ['key', 'EU', ['b']],
  ])
})

test('extensions: by type and name; nothing where Envoy left their section out', async () => {
  const extension = (name: string, message: string) => ({
    ecds_filter: { name, typed_config: { '@type': type(message) } },
  })
  const dump = await dumpOfSections(
    section('Ecds', {
      ecds_filters: [
        extension('b', 'extensions.filters.http.wasm.v3.Wasm'),
        extension('a', 'extensions.filters.http.wasm.v3.Wasm'),
        extension('c', 'extensions.filters.http.lua.v3.Lua'),
        {
          ecds_filter: {
            name: 'd',
            typed_config: {
              '@type': 'type.googleapis.com/xds.type.v3.TypedStruct',
              type_url: 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
              value: {},
            },
          },
        },
      ],
    }),
  )
  assert.deepEqual(
    rowsOf(viewOf('ecds', dump)).map((row) => [Reflect.get(row, 'ecdsName'), Reflect.get(row, 'type')]),
    [
      ['c', 'envoy.extensions.filters.http.lua.v3.Lua'],
      ['a', 'envoy.extensions.filters.http.wasm.v3.Wasm'],
      ['b', 'envoy.extensions.filters.http.wasm.v3.Wasm'],
      ['d', 'envoy.extensions.filters.http.wasm.v3.Wasm'],
    ],
  )
  await left('ecds', dump, 'ecdsName', [['name', 'A', ['a']]])
  const bootstrap = section('Bootstrap', { bootstrap: { node: { id: 'n' } } })
  assert.equal(viewOf('ecds', await dumpOfSections(bootstrap)).empty, 'No ecds found in dump.')
  assert.throws(() => viewOf('scopes', dump), {
    message: 'dump has no ScopedRoutesConfigDump section; it holds: EcdsConfigDump',
    hint: 'Ask Envoy for it: config_dump?mask=inline_scoped_route_configs,dynamic_scoped_route_configs',
  })
})
