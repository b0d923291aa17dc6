import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { askTrace } from '../../../../src/analyses/trace/question/ask-trace.ts'
import { traceCommandLine } from '../../../../src/analyses/trace/question/command-line.ts'
import {
  type Question,
  QuestionArgs,
  queryOf,
  questionIn,
  questionOf,
  questionOptions,
} from '../../../../src/analyses/trace/question/question.ts'
import { readDump } from '../../../../src/envoy/input/read-dump.ts'
import { UsageError } from '../../../../src/errors.ts'

/** The same numbers each time. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
}

const pieces = [
  'a',
  '&',
  '=',
  '#',
  '?',
  '/',
  '%',
  '%41',
  '+',
  ' ',
  ':',
  '\n',
  'ä',
  '😀',
  '\u202e',
  '"',
  "'",
  '<',
  ';',
  '',
]

function madeQuestion(next: (below: number) => number): Question {
  const text = (): string => Array.from({ length: next(6) }, () => pieces[next(pieces.length)]).join('')
  const flags = new Map<string, readonly string[]>()
  for (const { name, repeatable } of questionOptions)
    if (next(3) === 0) flags.set(name, Array.from({ length: repeatable ? 1 + next(3) : 1 }, text))
  return { url: next(4) === 0 ? undefined : text(), flags }
}

test('a question is the same after it was an address, whatever stands in it', () => {
  const next = random(7)
  for (let count = 0; count < 2000; count++) {
    const question = madeQuestion(next)
    const address = queryOf(question).toString()
    assert.match(address, /^[\w.*%+&=-]*$/, 'nothing in it ends an address or a part of it')
    assert.deepEqual(questionIn(new URLSearchParams(address)), question)
  }
})

test('a question is the same after it was arguments', () => {
  const flags = new Map([
    ['port', ['80']],
    ['method', ['POST']],
    ['header', ['a=b', 'c: d']],
    ['tls', ['true']],
  ])
  const question = { url: 'http://reviews/', flags }
  const again = questionOf(question.url, new QuestionArgs(question))
  assert.deepEqual([again.url, [...again.flags].sort()], [question.url, [...flags].sort()])
})

test('what is no question is refused', () => {
  for (const [query, message] of [
    ['uri=http://a/', 'no request has a "uri"'],
    ['token-file=/etc/passwd', 'no request has a "token-file"'],
    ['url=a&url=b', 'the request has two of "url"'],
    ['method=GET&method=PUT', 'the request has two of "method"'],
  ] as const)
    assert.throws(() => questionIn(new URLSearchParams(query)), new UsageError(message))
  const args = new QuestionArgs(questionIn(new URLSearchParams('port=x&tls=yes&protocol=http3')))
  assert.throws(() => args.number('port'), new UsageError('port needs a whole number, got "x"'))
  assert.throws(() => args.boolean('tls'), new UsageError('tls is true or false, got "yes"'))
  assert.throws(() => args.string('protocol'), /^UsageError|accepts one of http1\.0, http1, http2, tcp, got "http3"/)
})

test('the command line that asks the same can be pasted into a shell', () => {
  const question = questionIn(
    new URLSearchParams([
      ['url', 'http://reviews:9080/a b?c=1&d'],
      ['method', 'POST'],
      ['header', "x-name: it's"],
      ['tls', 'true'],
      ['redirected', 'false'],
    ]),
  )
  assert.equal(
    traceCommandLine(['web-7f.default'], question),
    "kubectl proxy-config trace web-7f.default 'http://reviews:9080/a b?c=1&d' -X POST -H 'x-name: it'\\''s' --tls --redirected=false",
  )
})

test('a question that a saved proxy cannot fully answer says what it lacks', async () => {
  const file = join(import.meta.dirname, '../../../fixtures/sidecar/config_dump.json')
  const dump = await readDump(readFileSync(file), 'sidecar')
  const ask = (query: string) =>
    askTrace(questionIn(new URLSearchParams(query)), { label: 'sidecar', dump, now: new Date(0) })
  assert.equal(ask('url=http://nowhere.example/').unknownHost, 'nowhere.example')
  const known = ask('url=http://reviews:9080/reviews/1&header=end-user=jason')
  assert.equal(known.unknownHost, undefined)
  assert.equal(
    known.traced[0].trace.alternatives[0]?.hops.at(-1)?.cluster,
    'outbound|9080|v2|reviews.default.svc.cluster.local',
  )
})
