import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { readmeParts, readmePicture, withParts } from '../../scripts/readme/parts.ts'
import { clusterRole, uses } from '../../scripts/readme/permissions.ts'
import { type ShownCommand, shownCommands } from '../../scripts/readme/shown-commands.ts'
import { parseArgs } from '../../src/cli/arguments/parse-args.ts'
import { commands } from '../../src/commands/index.ts'
import { withKubectlOptions } from '../../src/contract/kubectl-options.ts'
import { objectOf, objectsOf, stringsOf } from '../../src/envoy/json.ts'
import { missingRule } from '../../src/mesh/api/rbac.ts'
import { runProgram } from '../run-program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

const printed = async (argv: readonly string[]) => (await runProgram(argv)).out

function assertCurrent(file: string, expected: string): void {
  const path = join(root, file)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, expected)
  else assert.equal(readFileSync(path, 'utf8'), expected, `${file} is stale: UPDATE_GOLDEN=1 npm test`)
}

test('the generated parts of the README and of docs are what the program says today', async () => {
  const parts = await readmeParts(root, printed)
  const pages = ['README.md', ...globSync('docs/*.md', { cwd: root })]
  const used = pages.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/<!-- BEGIN ([\w-]+) -->/g)].map(([, name = '']) => name),
  )
  assert.deepEqual(used.toSorted(), [...parts.keys()].toSorted(), 'each part stands on one page')
  for (const file of pages) assertCurrent(file, withParts(readFileSync(join(root, file), 'utf8'), parts))
})

test('the picture on the first screen is what trace prints today', async () => {
  assertCurrent('docs/trace.svg', await readmePicture(root, printed))
})

test('the README is short, and every page of docs is in both indexes', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  assert.ok(readme.length < 9000, `${readme.length} characters: what is for a page of its own goes to docs`)
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8')
  for (const page of globSync('docs/*.md', { cwd: root }).map((file) => basename(file)))
    assert.ok(page === 'README.md' || index.includes(`](${page})`), `docs/README.md does not name ${page}`)
})

test('links between pages lead to a file, and to a heading of it', () => {
  const pages = [...globSync('*.md', { cwd: root }), ...globSync('docs/*.md', { cwd: root }), 'test/lab/README.md']
  let links = 0
  for (const page of pages) {
    for (const [, target = '', heading] of withoutCode(page).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
      links++
      const file = target === '' ? page : join(dirname(page), target)
      assert.ok(existsSync(join(root, file)), `${page} links to ${target}, which is not there`)
      if (heading !== undefined) assert.ok(headings(file).includes(heading), `${page}: ${file} has no #${heading}`)
    }
  }
  assert.ok(links > 30, `${links} links were found`)
})

function withoutCode(page: string): string {
  return readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```|^ {4}.*$|`[^`\n]*`/gm, '')
}

/** GitHub's names for the headings of a page. */
function headings(page: string): string[] {
  return [...readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Every flag of the line is one of the command's, with a value that it takes. */
async function assertParses({ argv, line }: ShownCommand): Promise<void> {
  const [name = '', ...rest] = argv
  const command = commands.find((each) => each.name === name || each.aliases.includes(name))
  assert.ok(command, `there is no command ${name}: ${line}`)
  await assert.doesNotReject(parseArgs(rest, withKubectlOptions(command.options), command.positionals.max), line)
}

test('every command in the README, the documentation and the help exists, with every flag that is shown', async () => {
  let shown = 0
  for (const file of [
    ...globSync('*.md', { cwd: root }),
    ...globSync('docs/*.md', { cwd: root }),
    'test/fixtures/README.md',
  ]) {
    const found = shownCommands(readFileSync(join(root, file), 'utf8'))
    for (const command of found) await assertParses(command)
    shown += found.length
  }
  const help = commands.flatMap(({ examples }) => examples.map(({ command }) => `    ${command}`)).join('\n')
  for (const command of shownCommands(help)) await assertParses(command)
  assert.ok(shown > 20, `${shown} commands were found in pages`)
  assert.ok(shownCommands(help).length > 60, 'examples of help were found')
})

test('a command that is not, or a flag that is not, is found out', async () => {
  const page =
    '```console\n$ kubectl proxy-config clusters --no-such-flag | head\n```\n\n    kubectl proxy-config nothing\n'
  const found = shownCommands(page)
  assert.deepEqual(
    found.map(({ argv }) => argv),
    [['clusters', '--no-such-flag'], ['nothing']],
  )
  for (const command of found) await assert.rejects(assertParses(command))
})

test('words of a line are those that the shell would give', () => {
  const [first, second] = shownCommands(
    "    curl x | kubectl proxy-config routes --file - --name 'a b' -o json 2>/dev/null > out.json | jq .\n    kubectl proxy-status -n shop; true\n",
  )
  assert.deepEqual(first?.argv, ['routes', '--file', '-', '--name', 'a b', '-o', 'json'])
  assert.deepEqual(second?.argv, ['status', '-n', 'shop'])
})

test('the role in docs/permissions.md has what errors ask for', () => {
  const rules = objectsOf(objectOf(load(clusterRole())).rules)
  const allows = (resource: string, verbs: readonly string[]) =>
    rules.some(
      (rule) =>
        stringsOf(rule.resources).includes(resource) && verbs.every((verb) => stringsOf(rule.verbs).includes(verb)),
    )
  const asked = globSync('src/{fetch,mesh}/**/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/resource: '([a-z/]+)',\s*verbs: \[([^\]]*)\]/g)].map(
      ([, resource = '', verbs = '']) => ({ resource, verbs: verbs.replaceAll(/['\s]/g, '').split(',') }),
    ),
  )
  const workloads = [
    ...readFileSync(join(root, 'src/mesh/pods/workloads.ts'), 'utf8').matchAll(/(?:workload\(|resource: )'([a-z]+)'/g),
  ]
  assert.ok(asked.length >= 5 && workloads.length >= 8, 'permissions were found in the source')
  for (const { resource, verbs } of asked) assert.ok(allows(resource, verbs), `${verbs.join(', ')} ${resource}`)
  for (const [, resource = ''] of workloads) assert.ok(allows(resource, ['get']), `get ${resource}`)
  const printed = uses
    .flatMap(({ permissions }) => permissions)
    .map((each) => missingRule([{ ...each, namespace: 'x' }]))
  for (const lines of printed) assert.ok(clusterRole().includes(lines.slice(2).join('\n')))
})
