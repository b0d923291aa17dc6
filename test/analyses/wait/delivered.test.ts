import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delivered } from '../../../src/analyses/wait/delivered.ts'
import { dumpOf } from '../diff/dumps.ts'

const object = { kind: 'VirtualService', name: 'reviews', namespace: 'shop', generation: 7 }
const changedAt = new Date('2026-11-29T14:00:05Z')

const dump = (version: string | undefined, path = 'virtual-service/reviews') =>
  dumpOf({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
        dynamic_route_configs: [
          {
            ...(version === undefined ? {} : { version_info: version }),
            route_config: {
              name: '9080',
              virtual_hosts: [
                {
                  name: 'a',
                  routes: [
                    {
                      metadata: {
                        filter_metadata: { istio: { config: `/apis/networking.istio.io/v1/namespaces/shop/${path}` } },
                      },
                    },
                  ],
                },
              ],
            },
          },
        ],
      },
    ],
  })

for (const [what, version, met, reason] of [
  [
    'a push after the change',
    '2026-11-29T14:00:06Z/12',
    true,
    /^generation 7 is loaded: changed at 2026-11-29T14:00:05Z, pushed at 2026-11-29T14:00:06Z$/,
  ],
  ['a push before it', '2026-11-29T14:00:04Z/11', false, /^an earlier generation is loaded/],
  ['a push in the same second', '2026-11-29T14:00:05Z/11', false, /within one second, so generation 7 cannot be told$/],
  [
    'a version without a time',
    'v12',
    false,
    /versions of this control plane hold no time, so generation 7 cannot be told$/,
  ],
  ['no version', undefined, false, /versions of this control plane hold no time/],
] as const)
  test(what, async () => {
    const verdict = delivered({ ...object, changedAt }, await dump(version))
    assert.equal(verdict.met, met)
    assert.match(verdict.reason, reason)
  })

test('an object of another name, kind or namespace is another object', async () => {
  const loaded = await dump('2026-11-29T14:00:06Z/12')
  for (const other of [{ name: 'ratings' }, { kind: 'DestinationRule' }, { namespace: 'default' }]) {
    const { met, reason } = delivered({ ...object, ...other, changedAt }, loaded)
    assert.deepEqual([met, reason.startsWith('no listener, route or cluster is made from it')], [false, true])
  }
})

test('when the API server does not say when it was changed, nothing is guessed', async () => {
  const { met, reason } = delivered({ ...object, changedAt: undefined }, await dump('2026-11-29T14:00:06Z/12'))
  assert.deepEqual(
    [met, reason],
    [false, 'it is loaded; the API server does not say when it was changed, so generation 7 cannot be told'],
  )
})
