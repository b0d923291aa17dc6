import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commands } from '../src/commands/index.ts'
import { reasonGroups } from '../src/semantics/reasons/reason-text.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The left column of the table in docs/style.md. */
const replaced = [...read('docs/style.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = '']) => text)

const sources = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.generated.ts'))
const pages = [
  ...globSync('{README,CONTRIBUTING,SECURITY}.md', { cwd: root }),
  ...globSync('docs/**/*.md', { cwd: root }).filter((file) => file !== 'docs/style.md'),
  // What people see of it: help and output.
  ...globSync('test/golden/**/*.txt', { cwd: root }),
]

/** A text of one line: a sentence may go over several, in a comment with a star before each. */
function unwrapped(text: string): string {
  return text.replace(/\n\s*(?:\*|\/\/)?\s*/g, ' ')
}

test('what was replaced once does not come back, in texts, comments or documentation', () => {
  assert.ok(replaced.length > 20, 'the table was read')
  assert.ok(sources.length > 500 && pages.length > 50, 'the files were found')
  const found = [...sources, ...pages].flatMap((file) => {
    const text = unwrapped(read(file)).toLowerCase()
    return replaced.flatMap((old) => (text.includes(old.toLowerCase()) ? [`${file}: ${old}`] : []))
  })
  assert.deepEqual(found, [])
})

test('a line of comment is no longer than a screen is wide', () => {
  const long = sources.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, at) => (/^\s*(?:\/\/|\/?\*)/.test(line) && line.length > 160 ? [`${file}:${at + 1}`] : [])),
  )
  assert.deepEqual(long, [])
})

test('a flag accepts a value, a route and a filter chain match', () => {
  const wrong = /(?:--(?:[a-z][a-z-]+|\$\{\w+\})|\bflag) takes |\b(?:route|virtual host|filter chain|domain) \S+ takes /
  assert.match('--type takes cds', wrong)
  assert.deepEqual(
    [...sources, ...pages].filter((file) => wrong.test(unwrapped(read(file)))),
    [],
  )
})

test('a limit is called max, as Envoy and Kubernetes call theirs', () => {
  const wrong = /\b(?:const|let|readonly) most[A-Z]/
  assert.match('const mostRows = 3', wrong)
  const files = globSync('{src,scripts,test}/**/*.ts', { cwd: root }).filter((file) => file !== 'test/style.test.ts')
  assert.deepEqual(
    files.filter((file) => wrong.test(read(file))),
    [],
  )
})

test('nothing is called utils, helpers, misc or common', () => {
  const wrong = /(?:^|[/-])(?:utils?|helpers?|misc|common|stuff)(?:[/.-])/
  assert.match('src/cli/utils.ts', wrong)
  assert.deepEqual(
    globSync('{src,scripts,test}/**/*.{ts,mjs,py,sh}', { cwd: root }).filter((file) => wrong.test(file)),
    [],
  )
})

test('a summary in the list of commands, and a text of a flag, is a phrase without a full stop', () => {
  const texts = commands.flatMap(({ name, summary, options }) => [
    { of: name, text: summary },
    ...options.map((option) => ({ of: `${name} --${option.name}`, text: option.describe })),
  ])
  assert.ok(texts.length > 100)
  assert.deepEqual(
    texts.filter(
      ({ text }) => !/^[A-Z0-9-]|^[a-z]+(?:'s|, [a-z]+)*: /.test(text) || /[.!]$/.test(text) || /\n/.test(text),
    ),
    [],
  )
})

test('a reason is a phrase that can follow a colon: no full stop, no capital but of a name', () => {
  const codes = Object.values(reasonGroups).flatMap((group) => Object.entries(group))
  assert.ok(codes.length > 100)
  const wrong = codes.filter(([, text]) => /(?:'|`)[^'`]*[a-z]\.(?:'|`)/.test(String(text)))
  assert.deepEqual(
    wrong.map(([code]) => code),
    [],
  )
})
