import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { manPages } from '../../scripts/man/pages.ts'
import { roffText } from '../../scripts/man/roff.ts'
import { commands } from '../../src/commands/index.ts'
import { kubectlOptions } from '../../src/contract/kubectl-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'man-test-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'man1'))

const pages = await manPages(commands, '1.2.3')
for (const [name, text] of pages) writeFileSync(join(folder, 'man1', name), text)
const listed = commands.filter(({ hidden }) => !hidden)

test('a page for the program, for every command that help lists, and for proxy-status', () => {
  assert.deepEqual(
    [...pages.keys()].toSorted(),
    [
      'kubectl-proxy-config.1',
      'kubectl-proxy-status.1',
      ...listed.map(({ name }) => `kubectl-proxy-config-${name}.1`),
    ].toSorted(),
  )
})

/** The page as a reader sees it, in one line. */
function shown(t: TestContext, name: string): string | undefined {
  const groff = spawnSync('groff', ['-man', '-Tascii', '-P-cbou', join(folder, 'man1', name)], { encoding: 'utf8' })
  if (groff.status !== 0) {
    console.error('\n*** NOT RUN: text of man pages: there is no groff\n')
    t.skip('there is no groff')
    return undefined
  }
  return groff.stdout.replaceAll(/-\n\s*|\s+/g, (space) => (space.startsWith('-') ? '-' : ' '))
}

test('every flag, subcommand, alias and example of a command is on its page as help has it', async (t) => {
  for (const command of listed) {
    const text = shown(t, `kubectl-proxy-config-${command.name}.1`)
    if (text === undefined) return
    const choices = ((await command.firstArguments?.()) ?? []).filter(({ describe }) => describe !== undefined)
    const wanted = [
      ...command.options.filter(({ hidden }) => !hidden).map(({ name }) => `--${name}`),
      ...command.aliases,
      ...choices.map((word) => word.text),
      ...command.examples.map((example) => example.title),
    ]
    for (const each of wanted)
      assert.ok(text.replaceAll(' ', '').includes(each.replaceAll(' ', '')), `${command.name}: ${each}`)
  }
})

test("the program's page has every command and every flag of kubectl's", (t) => {
  const text = shown(t, 'kubectl-proxy-config.1')
  if (text === undefined) return
  for (const { name, summary } of listed)
    assert.ok(text.includes(` ${name} `) && text.includes(summary.slice(0, 20)), name)
  for (const { name, hidden } of kubectlOptions) assert.equal(text.includes(`--${name}`), hidden !== true, name)
})

test('groff and mandoc have nothing to say against a page', (t) => {
  const tools = [
    { name: 'groff', argv: ['-man', '-ww', '-z', '-Tutf8'] },
    { name: 'mandoc', argv: ['-T', 'lint', '-W', 'warning'] },
  ].filter(({ name }) => spawnSync(name, ['-h'], { encoding: 'utf8' }).error === undefined)
  if (tools.length === 0) {
    console.error('\n*** NOT RUN: check of man pages: there is neither groff nor mandoc\n')
    return t.skip('there is neither groff nor mandoc')
  }
  for (const { name, argv } of tools) {
    for (const page of pages.keys()) {
      const { stdout, stderr } = spawnSync(name, [...argv, join('man1', page)], { cwd: folder, encoding: 'utf8' })
      // Without a date two builds give equal bytes.
      const lines = (stdout + stderr).split('\n').filter((line) => line !== '' && !line.includes('missing date'))
      assert.deepEqual(lines, [], `${name}: ${page}`)
    }
  }
})

test('what roff would read as a request, an escape or a dash is printed as it is', () => {
  assert.equal(roffText(".x\n'y\n--z\\n …"), "\\&.x\n\\&'y\n\\-\\-z\\en \\[u2026]")
})
