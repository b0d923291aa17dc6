import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { corpus, filesIn, hasCorpus } from './corpus.ts'

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Commands that read a file, each in its own way. */
const commandLines: readonly (readonly string[])[] = [
  ['clusters', '--file', '@'],
  ['secrets', '--file', '@', '-o', 'json'],
  ['all', '--file', '@', '-o', 'json'],
  ['all', '--file', '@', '-o', 'yaml'],
  ['trace', 'http://c:8080/', '--file', '@'],
  ['describe', 'pod', '--file', '@'],
  ['authz', '--file', '@'],
  ['certs', '--file', '@'],
  ['status', '--file', '@', '--control-plane-file', '@'],
  ['trace', '--file', 'test/fixtures/sidecar/config_dump.json', '--requests', '@'],
  ['clusters', 'web', '--kubeconfig', '@', '--request-timeout', '1s'],
]

/** What must be refused, and how, by the commands above that read it as what it is. */
const refused: Readonly<Record<string, RegExp>> = {
  'alias-bomb.yaml': /^error: .*has YAML aliases \(\*name\) that stand for more than 10 MB/m,
  'cyclic-anchor.yaml': /^error: .*has a YAML anchor \(&name\) that holds itself/m,
  'cyclic-anchor-rbac.yaml': /^error: .*has a YAML anchor \(&name\) that holds itself/m,
  'cut-broken.json': /^error: .*is broken JSON at line 6, column 26, inside envoy\.admin\.v3\.ClustersConfigDump/m,
  'deep-cut.json': /^error: .*is cut short at line 200000, column 6/m,
}

test('every hostile file: the right answer or one clear line, in little time and memory', async (t) => {
  if (!hasCorpus(t)) return
  const files = filesIn('hostile').filter((file) => /\.(?:json|yaml|gz|tar)$/.test(file))
  assert.ok(files.length >= 18)
  let runs = 0
  const wrong: string[] = []
  for (const file of files) {
    for (const line of commandLines) {
      const argv = line.map((word) => (word === '@' ? join(corpus, file) : word))
      // The heap's limit is what the runtime itself ends at; 20 s are those of a machine under load.
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        ['--max-old-space-size=350', program, ...argv],
        { encoding: 'utf8', timeout: 20_000, maxBuffer: 2 ** 28, cwd: join(import.meta.dirname, '../..') },
      )
      runs++
      const what = `${line.join(' ')} of ${file}`
      if (signal !== null || (status !== 0 && status !== 1))
        wrong.push(`${what}: ${signal ?? status} ${stderr.slice(0, 300)}`)
      if (/^ {4}at |defect|Maximum call stack|\[object Object\]/m.test(stdout + stderr))
        wrong.push(`${what}: ${stderr.slice(0, 300)}`)
      if (status === 1 && !/^(?:error|Error|The connection|Unable)/m.test(stderr))
        wrong.push(`${what}: no error line: ${stderr.slice(0, 300)}`)
    }
    const expected = refused[file.replace('hostile/', '')]
    if (expected === undefined) continue
    const { stderr } = spawnSync(process.execPath, [program, 'clusters', '--file', join(corpus, file)], {
      encoding: 'utf8',
    })
    if (!expected.test(stderr)) wrong.push(`${file}: ${stderr.slice(0, 300)}`)
  }
  t.diagnostic(`${runs} runs of ${files.length} files`)
  assert.deepEqual(wrong, [])
})
