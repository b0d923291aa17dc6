import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delivered } from '../../../src/analyses/wait/delivered.ts'
import { dumpOf } from '../diff/dumps.ts'

const object = { kind: 'VirtualService', name: 'reviews', namespace: 'shop', generation: 7 }
const changedAt = new Date('2026-11-29T14:00:05Z')

/** So many seconds after the change. */
const later = (seconds: number) => new Date(changedAt.getTime() + seconds * 1000)

const dump = (version: string | undefined, path = 'virtual-service/reviews', loaded?: Date) =>
  dumpOf({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
        dynamic_route_configs: [
          {
            ...(version === undefined ? {} : { version_info: version }),
            ...(loaded === undefined ? {} : { last_updated: loaded.toISOString() }),
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
  [
    'a push in the same second',
    '2026-11-29T14:00:05Z/11',
    false,
    /so close together that generation 7 cannot be decided$/,
  ],
  ['a version without a time', 'v12', false, /nothing tells when it was pushed, so generation 7 cannot be decided$/],
  ['no version', undefined, false, /nothing tells when it was pushed/],
] as const)
  test(what, async () => {
    const verdict = delivered({ ...object, changedAt }, await dump(version), { now: later(60) })
    assert.equal(verdict.met, met)
    assert.match(verdict.reason, reason)
  })

test('an object of another name, kind or namespace is another object', async () => {
  const loaded = await dump('2026-11-29T14:00:06Z/12')
  for (const other of [{ name: 'ratings' }, { kind: 'DestinationRule' }, { namespace: 'default' }]) {
    const { met, reason } = delivered({ ...object, ...other, changedAt }, loaded, { now: later(60) })
    assert.deepEqual([met, reason.startsWith('no listener, route or cluster is made from it')], [false, true])
  }
})

test('when the API server does not say when it was changed, nothing is guessed', async () => {
  const loaded = await dump('2026-11-29T14:00:06Z/12')
  const { met, reason } = delivered({ ...object, changedAt: undefined }, loaded, { now: later(60) })
  assert.deepEqual(
    [met, reason],
    [false, 'it is loaded; the API server does not say when it was changed, so generation 7 cannot be decided'],
  )
})

// Delta xDS gives resources no version: Envoy knows when it loaded them, and the control plane what was accepted.
for (const { what, loaded, push, now = 60, met, reason } of [
  { what: 'loaded before the change', loaded: -1, met: false, reason: /^an earlier generation is loaded: .*loaded at/ },
  {
    what: 'loaded just after it',
    loaded: 2,
    met: false,
    reason: /so close together that generation 7 cannot be decided$/,
  },
  { what: 'loaded long after it', loaded: 11, met: true, reason: /^generation 7 is loaded: .*, loaded at \S+:16Z$/ },
  {
    what: 'loaded before it, and a later push accepted',
    loaded: -60,
    push: { time: later(1), isNewest: true },
    met: true,
    reason: /^generation 7 is loaded: .*, pushed at \S+:06Z$/,
  },
  {
    what: 'a push of the same second accepted, at once',
    loaded: 0.3,
    push: { time: later(0), isNewest: true },
    now: 10,
    met: false,
    reason: /generation 7 can be decided 11 s after the change$/,
  },
  {
    what: 'a push of the same second accepted, and nothing newer for as long as changes are gathered',
    loaded: 0.3,
    push: { time: later(0), isNewest: true },
    now: 11,
    met: true,
    reason: /^generation 7 is loaded: .* and the control plane has sent nothing newer since$/,
  },
  {
    what: 'a push of the same second accepted, a newer one not',
    loaded: 0.3,
    push: { time: later(0), isNewest: false },
    met: false,
    reason: /cannot be decided$/,
  },
  {
    what: 'an earlier push accepted, and nothing newer: the replica may be cut off',
    loaded: -60,
    push: { time: later(-60), isNewest: true },
    met: false,
    reason: /^an earlier generation is loaded/,
  },
])
  test(what, async () => {
    const own = await dump(undefined, undefined, later(loaded))
    const beside = { now: later(now), ...(push === undefined ? {} : { pushOf: () => push }) }
    const verdict = delivered({ ...object, changedAt }, own, beside)
    assert.match(verdict.reason, reason)
    assert.equal(verdict.met, met)
  })
