import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type Outcome, runProgram } from '../run-program.ts'

export const dump = readFileSync(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))

/** Every refusal is one clear line on stderr, perhaps with a hint below it, and never a stack. */
export function assertRefused({ code, out, err }: Outcome, expected: RegExp): void {
  assert.match(err, expected)
  assert.match(err, /^error: [^\n]+\n/)
  assert.doesNotMatch(err, /\n {4}at |defect/)
  assert.equal(out, '')
  assert.equal(code, 1)
}

export function clusters(input: Uint8Array | string, ...flags: string[]): Promise<Outcome> {
  return runProgram(['clusters', '--file', '-', ...flags], { stdin: input })
}

/** `levels` keys, each of which stands for ten of the one before. */
export function aliases(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `k${level + 1}: &k${level + 1} [${`*k${level}, `.repeat(10)}]`,
  )
  return ['k0: &k0 x', ...lines].join('\n')
}

export const refused: readonly (readonly [what: string, input: Uint8Array | string, expected: RegExp])[] = [
  ['an empty file', '', /standard input is empty/],
  ['white space', ' \n\n', /standard input is empty/],
  ['a program', readFileSync(process.execPath).subarray(0, 4096), /is a program, not an Envoy config dump/],
  ['a zip archive', Buffer.from('504b030400000000', 'hex'), /is a zip archive \(unpack it first\)/],
  ['one byte', '{', /cut short at line 1, column 2/],
  ['null', 'null', /this is the JSON value null, not an object/],
  ['an empty list', '[]', /this is an empty list/],
  ['an empty object', '{}', /this is an empty JSON object/],
  ['a number', '42', /not an Envoy config dump/],
  ['broken JSON', '{\n  "a": tru\n}', /is broken JSON at line 2, column 8/],
  ['501 levels', '['.repeat(501) + ']'.repeat(501), /is nested more than 500 levels deep, and is not read/],
  [
    '501 levels of YAML',
    `a: ${'['.repeat(500)}${']'.repeat(500)}`,
    /is nested more than 500 levels deep, and is not read/,
  ],
  ['500 levels that are no dump', '['.repeat(500) + ']'.repeat(500), /not an Envoy config dump/],
  ['an anchor that holds itself', 'configs:\n- &x {a: [*x]}\n', /has a YAML anchor \(&name\) that holds itself/],
  ['aliases of aliases', aliases(8), /has YAML aliases \(\*name\) that stand for more than 10 MB/],
  ['a long text by aliases', `a: &a ${'x'.repeat(1e6)}\nb: [${'*a, '.repeat(20)}]`, /stand for more than 10 MB/],
  ['10,000 levels cut short', '{"a":'.repeat(10_000), /cut short at line 1, column 50001/],
  ['broken YAML', 'configs:\n- "@type: x\n', /broken YAML at line/],
  ['server_info', '{"version":"a/1.40.0/x","state":"LIVE","command_line_options":{}}', /the output of \/server_info/],
  ['text clusters', 'xds::observability_name::xds\nxds::added_via_api::false\n', /the text output of \/clusters/],
  ['prose', 'Error from server (NotFound): pods "x" not found\n', /not JSON and not YAML/],
  ['clusters?format=json', '{"cluster_statuses":[{"name":"a"}]}', /it holds endpoints, not clusters/],
]
