import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { readmeParts, withParts } from '../../scripts/readme/parts.ts'
import { clusterRole, uses } from '../../scripts/readme/permissions.ts'
import { type ShownCommand, shownCommands } from '../../scripts/readme/shown-commands.ts'
import { withKubectlOptions } from '../../src/cli/kubectl-options.ts'
import { parseArgs } from '../../src/cli/parse-args.ts'
import { commands } from '../../src/commands/index.ts'
import { objectOf, objectsOf, stringsOf } from '../../src/envoy/json.ts'
import { missingRule } from '../../src/fetch/kube/api/rbac.ts'
import { runProgram } from '../run-program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('the generated parts of the README and of docs are what the program says today', async () => {
  const parts = await readmeParts(root, async (argv) => (await runProgram(argv)).out)
  for (const file of ['README.md', 'docs/permissions.md']) {
    const path = join(root, file)
    const text = readFileSync(path, 'utf8')
    const expected = withParts(text, parts)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, expected)
    else assert.equal(text, expected, `${file} is stale: UPDATE_GOLDEN=1 npm test`)
  }
})

/** Every flag of the line is one of the command's, with a value that it takes. */
async function assertParses({ argv, line }: ShownCommand): Promise<void> {
  const [name = '', ...rest] = argv
  const command = commands.find((each) => each.name === name || each.aliases.includes(name))
  assert.ok(command, `there is no command ${name}: ${line}`)
  await assert.doesNotReject(parseArgs(rest, withKubectlOptions(command.options), command.positionals.most), line)
}

test('every command in the README, the documentation and the help exists, with every flag that is shown', async () => {
  let shown = 0
  for (const file of ['README.md', ...globSync('docs/*.md', { cwd: root }), 'test/fixtures/README.md']) {
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
    "    curl x | kubectl proxy-config routes --file - --name 'a b' -o json 2>/dev/null | jq .\n    kubectl proxy-status -n shop; true\n",
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
  const asked = globSync('src/fetch/**/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/resource: '([a-z/]+)',\s*verbs: \[([^\]]*)\]/g)].map(
      ([, resource = '', verbs = '']) => ({ resource, verbs: verbs.replaceAll(/['\s]/g, '').split(',') }),
    ),
  )
  const workloads = [
    ...readFileSync(join(root, 'src/fetch/kube/pods/workloads.ts'), 'utf8').matchAll(
      /(?:workload\(|resource: )'([a-z]+)'/g,
    ),
  ]
  assert.ok(asked.length >= 5 && workloads.length >= 8, 'permissions were found in the source')
  for (const { resource, verbs } of asked) assert.ok(allows(resource, verbs), `${verbs.join(', ')} ${resource}`)
  for (const [, resource = ''] of workloads) assert.ok(allows(resource, ['get']), `get ${resource}`)
  const printed = uses
    .flatMap(({ permissions }) => permissions)
    .map((each) => missingRule([{ ...each, namespace: 'x' }]))
  for (const text of printed) assert.ok(clusterRole().includes(text.split('\n').slice(2).join('\n')))
})
