import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { lint } from '../../../src/commands/lint.ts'
import { resourceKinds } from '../../../src/resources/index.ts'
import { outputValues } from '../../output-values.ts'
import { runProgram } from '../../run-program.ts'
import { unsafeCharacter } from '../../unsafe-text.ts'

/** What names may not do: act on a terminal, begin a line, or be a command of GitHub's runner, which takes `%0A` for a line break. */
const odd =
  '\u001b[31m\u001b]0;t\u0007\u007f\u009b2J\u0085\u200b\u202e\u2066\u2028\u{e0041}\ufeff\r\n::error::forged\r::error::forged' +
  '\nerror: forged\n%0A::error::forged%0D%0A::error::forged'

/** Fields that hold a name or a text of the user's. Equal ones stay equal, so that what refers to another still does. */
const named =
  /^(?:name|cluster|cluster_name|service_name|route_config_name|version_info|domains|prefix|path|exact|details|hostname|host_rewrite_literal|stat_prefix|server_names|app|state|regex|inline_string|cluster_header|header_name|key)$/

function withOddNames(fixture: string): string {
  const text = readFileSync(`test/fixtures/${fixture}/config_dump.json`, 'utf8')
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return named.test(key) ? value + odd : value
    if (Array.isArray(value)) return value.map((item) => walk(item, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, walk(item, inner)]))
  }
  return JSON.stringify(walk(JSON.parse(text), ''))
}

/** What is wrong with printed text. */
function faultsIn(printed: string): string[] {
  const character = unsafeCharacter(printed)
  return [
    ...(character === undefined ? [] : [`the character ${character}`]),
    ...(/^\s*(?:::)?error:+ ?forged/m.test(printed) ? ['a forged line'] : []),
    ...(/internal error/.test(printed) ? ['a defect'] : []),
  ]
}

const fixtures = ['sidecar', 'rejected', 'authz', 'health']
const log = [
  `[2026-01-01T00:00:00.000Z] "GET /${odd} HTTP/1.1" 503 UF,URX upstream_reset{${odd}} - "${odd}" 0 91 1 - "-" "${odd}" "id" "host${odd}" "10.0.0.1:80" outbound|80||a${odd} - 10.0.0.2:80 10.0.0.3:5 ${odd} default${odd}`,
  JSON.stringify({
    response_code: 503,
    response_flags: 'UF',
    authority: odd,
    path: `/${odd}`,
    upstream_cluster: `c${odd}`,
  }),
]

test('names cannot act on a terminal, begin a line, or be a command of a runner, whatever the command and the format', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'odd-names-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [file, plain, logFile] = [
    join(folder, 'dump.json'),
    'test/fixtures/sidecar/config_dump.json',
    join(folder, 'log'),
  ]
  const wrong: string[] = []
  let printed = 0
  for (const fixture of fixtures) {
    writeFileSync(file, withOddNames(fixture))
    writeFileSync(logFile, log.join('\n'))
    const commands: readonly (readonly [line: readonly string[], formats?: readonly string[]])[] = [
      ...['all', 'certs', ...resourceKinds.map(({ name }) => name)].map((name) => [[name, '--file', file]] as const),
      [['lint', '--file', file, '--profile', 'all'], lint.formats ?? []],
      [['describe', 'pod', '--file', file]],
      [['describe', 'service', 'reviews', '--file', file]],
      [['authz', '--file', file]],
      [['status', '--file', file]],
      [['status', '--file', file, '--control-plane-file', plain], ['unified']],
      [
        ['trace', 'http://reviews:9080/', '--file', file],
        ['mermaid', 'dot'],
      ],
      [['trace', 'http://10.0.0.1/', '--file', file, '--explain']],
      [['explain', '503 UF,URX', '--file', file], ['text']],
      [['explain', '--log', logFile, '--file', file, '--all'], ['text']],
      [['explain', '--log', logFile, '--verify', '--file', file], ['text']],
    ]
    for (const [line, own = []] of commands) {
      for (const format of [...outputValues, ...own]) {
        const { out, err } = await runProgram([...line, '-o', format])
        if (out !== '') printed++
        // A file of bytes, which is refused where it would go to a terminal.
        const lines = format === 'parquet' ? err : out + err
        for (const fault of faultsIn(lines)) wrong.push(`${line.join(' ')} -o ${format} of ${fixture}: ${fault}`)
      }
    }
  }
  assert.ok(printed > 500, `${printed} answers`)
  assert.deepEqual(wrong, [])
})

test('what is printed for other programs can still be read by them', async () => {
  const stdin = withOddNames('rejected')
  const argv = ['lint', '--file', '-', '--profile', 'all', '-o']
  assert.ok(JSON.parse((await runProgram([...argv, 'sarif'], { stdin })).out).runs)
  // XML 1.0 has no other characters, and no other use of these two.
  const { out } = await runProgram([...argv, 'junit'], { stdin })
  assert.match(
    out,
    /^(?:<[?/]?[a-z]+(?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*\/?\??>|[^<&]|&(?:amp|lt|gt|quot);)*$/,
  )
})

test('what GitHub makes of its annotations is one line each, with no name in front of its text', async () => {
  const { out } = await runProgram(['lint', '--file', '-', '--profile', 'all', '-o', 'github'], {
    stdin: withOddNames('sidecar'),
  })
  const lines = out.trimEnd().split('\n')
  assert.ok(lines.length > 1)
  for (const line of lines) {
    // https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts: what is not escaped there ends a property or the command.
    assert.match(line, /^::(?:error|warning|notice) title=[^:,\r\n]*(?:,[a-z]+=[^:,\r\n]*)*::[^\r\n]*$/)
    assert.doesNotMatch(line, /%0A::error::forged/)
  }
})

test('file names and words of the command line are escaped as well', async () => {
  for (const line of [
    ['clusters', '--file', `/no/${odd}`],
    ['lint', '--config', `/no/${odd}`, '--file', 'test/fixtures/sidecar/config_dump.json'],
    ['lint', '--baseline', `/no/${odd}`, '--file', 'test/fixtures/sidecar/config_dump.json'],
    ['lint', 'explain', odd],
    ['explain', odd],
    ['explain', '--log', `/no/${odd}`],
    ['explain', '503', '--where', `code=${odd}`],
    ['clusters', '--capture', `/no/${odd}`],
    ['capture', 'show', `/no/${odd}`],
    [odd],
    ['clusters', `--${odd}`],
    ['trace', odd, '--file', 'test/fixtures/sidecar/config_dump.json'],
  ]) {
    const { code, out, err } = await runProgram(line)
    assert.notEqual(code, undefined)
    assert.deepEqual(faultsIn(out + err), [], `${JSON.stringify(line)}: ${err}`)
  }
})
