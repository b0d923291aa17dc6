import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const importers = new Map<string, string[]>()
for (const file of globSync('src/**/*.ts', { cwd: root }))
  for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
    const target = relative(root, join(root, dirname(file), path))
    importers.set(target, [...(importers.get(target) ?? []), file])
  }

/**
 * What CONTRIBUTING.md promises of adding one more: its file, and its line in THE list. Whatever else imports one of them by name is a
 * further place to think of, and stands here with its reason.
 */
const lists: Readonly<Record<string, { files: string; also: readonly string[] }>> = {
  // Formats of rows and documents.
  'src/output/index.ts': { files: 'src/output/{csv,jsonl,name,yaml}.ts', also: [] },
  // These are asked for by analyses: their section is missing, their columns are read, what a proxy counts is shown beside their rows.
  'src/resources/index.ts': {
    files: 'src/resources/{bootstrap,clusters,ecds,endpoints,filters,listeners,routes,scopes,secrets}.ts',
    also: ['clusters', 'endpoints', 'listeners', 'routes', 'secrets'],
  },
  'src/analyses/index.ts': { files: 'src/analyses/*/index.ts', also: [] },
  'src/commands/index.ts': { files: 'src/commands/*.ts', also: ['index'] },
  // Other rules leave out what these find.
  'src/lint/rules/index.ts': { files: 'src/lint/rules/*/*.ts', also: ['backend-unresolved', 'latent-outage'] },
  'src/lint/rules/live-rules.ts': { files: 'src/lint/rules/live/*.ts', also: [] },
  'src/lint/rules/fleet-rules.ts': { files: 'src/lint/rules/fleet/*.ts', also: [] },
  // The walk stops at the router and lets CORS answer first; authz looks for RBAC.
  'src/semantics/http-filters/index.ts': {
    files: 'src/semantics/http-filters/**/*.ts',
    also: ['cors', 'rbac', 'router'],
  },
}

for (const [list, { files, also }] of Object.entries(lists))
  test(`one more in ${list} is one file and one line`, () => {
    const inList = globSync(files, { cwd: root }).filter((file) => importers.get(file)?.includes(list))
    assert.ok(inList.length >= 3, `the files of ${list} were found`)
    const elsewhere = inList.filter(
      (file) => !also.some((name) => file.endsWith(`/${name}.ts`)) && importers.get(file)?.some((by) => by !== list),
    )
    assert.deepEqual(elsewhere, [])
  })

test('every rule is in the list, with its cases beside it', () => {
  const rules = globSync('src/lint/rules/**/*.cases.yaml', { cwd: root }).map((file) =>
    file.replace('.cases.yaml', '.ts'),
  )
  assert.ok(rules.length > 50)
  const listOf = (file: string) => /\/rules\/(fleet|live)\//.exec(file)?.[1]?.concat('-rules') ?? 'index'
  assert.deepEqual(
    rules.filter((file) => !importers.get(file)?.includes(`src/lint/rules/${listOf(file)}.ts`)),
    [],
  )
})

test('no code but that of the formats decides on the name of a machine format', () => {
  // Lines of JSON are answered as they come, tables and texts are for readers.
  const wrong = globSync('src/{cli,commands,contract,analyses,resources,ztunnel,admin,lint}/**/*.ts', {
    cwd: root,
  }).filter((file) => /format\.name [!=]== '(?:json|yaml|csv|name|raw)'/.test(readFileSync(join(root, file), 'utf8')))
  assert.deepEqual(wrong, [])
})
