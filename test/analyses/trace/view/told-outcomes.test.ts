import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeTone } from '../../../../src/analyses/trace/view/outcome-tone.ts'
import { succeeds } from '../../../../src/analyses/trace/view/succeeds.ts'
import { traceColumns, traceView } from '../../../../src/analyses/trace/view/trace-view.ts'
import { alternativeOf, type Hop, hopOf, type Outcome, outcomeOf, request, told, undecided } from './told.ts'

const why = 'the route has an action that Envoy leaves to the application'

test('the last line: what happened, its facts, its conditions', () => {
  const last = (outcome: Partial<Outcome>): string => told([alternativeOf([], outcome)]).join('\n')
  for (const [kind, words] of [
    ['upstream', 'sent upstream'],
    ['tcp', 'connected upstream'],
    ['redirect', 'redirected'],
    ['directResponse', 'answered by the proxy'],
    ['noListener', 'no listener'],
    ['noFilterChain', 'no filter chain'],
    ['noRoute', 'no route'],
    ['noCluster', 'no cluster'],
    ['noHealthyUpstream', 'no healthy upstream'],
    ['denied', 'denied'],
    ['undecidable', 'not decidable from a dump'],
  ] as const)
    assert.equal(last({ kind }), `  => ${words}: ${why}`)
  const facts = { status: 503, flags: 'UH', details: 'no_healthy_upstream' }
  assert.equal(last(facts), `  => no route 503 UH no_healthy_upstream: ${why}`)
  assert.equal(last({ ...facts, flags: '' }), `  => no route 503 no_healthy_upstream: ${why}`)
  assert.equal(last({ details: 'via_upstream' }), `  => no route: ${why}`)
  assert.equal(last({ filter: 'F', location: 'http://a/' }), `  => no route: F: ${why}\n     Location: http://a/`)
  const conditions = ['A', 'B', 'C'].map(undecided)
  assert.equal(last({ conditions: conditions.slice(0, 1) }), `  => no route, if A lets it pass: ${why}`)
  assert.equal(
    last({ conditions: conditions.slice(0, 2) }),
    `  => no route, if A lets it pass and B lets it pass: ${why}`,
  )
  assert.equal(last({ conditions }), `  => no route, if A lets it pass, B lets it pass and C lets it pass: ${why}`)
  assert.equal(last({ kind: 'undecidable', conditions }), `  => not decidable from a dump: ${why}`)
})

test('ways that chance decides: what they share is told once, and what is not followed', () => {
  const way = (chain: string, probability: number) => alternativeOf([hopOf({ filterChain: chain })], {}, probability)
  const lines = told([way('A', 0.25), way('B', 0.75)])
  assert.deepEqual(
    lines.map((line) => line.trim().replace(/ {2,}/g, ' ')),
    [
      'listener L',
      '',
      '25 % of requests (1 of 2):',
      'chain A',
      `=> no route: ${why}`,
      '',
      '75 % of requests (2 of 2):',
      'chain B',
      `=> no route: ${why}`,
    ],
  )
  const rest = (probability: number) => told([way('A', probability)]).filter((line) => line.includes('not followed'))
  assert.deepEqual(rest(1 - 1e-7), [])
  assert.deepEqual(rest(0.75), ['25 % of requests: not followed, there are too many ways; --random follows one.'])
  assert.equal(told([way('A', 0.5), alternativeOf([], {}, 0.5)]).filter((line) => /^ {2}listener/.test(line)).length, 1)
})

test('what is a success, and the tone of an end', () => {
  for (const [kind, status, tone] of [
    ['upstream', undefined, undefined],
    ['tcp', undefined, undefined],
    ['redirect', 301, undefined],
    ['directResponse', 399, undefined],
    ['directResponse', 400, 'bad'],
    ['denied', 200, 'bad'],
    ['noRoute', 404, 'bad'],
    ['undecidable', undefined, 'warning'],
  ] as const) {
    const outcome = outcomeOf({ kind, ...(status === undefined ? {} : { status }) })
    assert.equal(outcomeTone(outcome), tone, `${kind} ${status}`)
    assert.equal(succeeds({ alternatives: [{ ...alternativeOf([]), outcome }] }), tone === undefined)
    const maybe = { ...outcome, conditions: [undecided('A')] }
    assert.equal(outcomeTone(maybe), tone ?? 'warning')
    assert.ok(!succeeds({ alternatives: [{ ...alternativeOf([]), outcome: maybe }] }))
  }
  const good = alternativeOf([], { kind: 'upstream' })
  assert.ok(!succeeds({ alternatives: [good, alternativeOf([])] }))
})

test('a row for each hop, named by its parts; the end stands in the last', () => {
  const view = (...hops: readonly Hop[]) =>
    traceView(
      [
        {
          label: 'P',
          request,
          trace: {
            alternatives: [
              alternativeOf(hops, { status: 404, flags: 'NR', conditions: [undecided('A'), undecided('B')] }),
            ],
          },
        },
      ],
      false,
      [],
    )
  const http = hopOf({
    protocol: 'http',
    filterChain: 'C',
    routeConfiguration: 'T',
    virtualHost: 'H',
    route: '',
    routeMatch: 'M',
    cluster: 'U',
    endpoints: [
      { address: 'e', probability: 1 },
      { address: 'f', probability: 0 },
    ],
  })
  const { rows } = view(hopOf({ protocol: 'tcp', filterChain: 'C', cluster: 'U' }), http)
  const conditions = 'A lets it pass; B lets it pass'
  assert.deepEqual(
    rows.map(({ name, cells, tones }) => [name, tones?.outcome, ...cells]),
    [
      [
        'L/C/U',
        undefined,
        'P',
        1,
        'L',
        'C',
        undefined,
        undefined,
        undefined,
        'U',
        undefined,
        'next hop',
        undefined,
        undefined,
        undefined,
      ],
      ['L/T/H/M/U', 'bad', 'P', 1, 'L', 'C', 'T', 'H', 'M', 'U', 'e,f', 'noRoute', 404, 'NR', conditions],
    ],
  )
  assert.deepEqual(traceColumns.map(({ header, missing }) => `${header}${missing ?? ''}`).slice(-4), [
    'OUTCOME',
    'STATUS-',
    'FLAGS-',
    'CONDITIONS-',
  ])
  assert.equal(view().rows[0]?.name, 'P')
})
