import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isObject, type Json, objectOf, objectsOf } from '../../src/envoy/json.ts'
import { executable, runProgram, sweepOf } from '../run-program.ts'
import { corpus, filesIn, hasCorpus } from './corpus.ts'
import { asIstioctl, headers, now, type Row, rowDifferences, tableRows } from './istioctl-rows.ts'

test('all -o json holds every section with every value, and is a dump again', async (t) => {
  if (!hasCorpus(t)) return
  const hidden = new Map<string, number>()
  const counted = { dumps: 0, sections: 0, values: 0 }
  for (const file of sweepOf(filesIn('dumps', 'assembled', 'lab/raw'))) {
    const configs = configsOf(file)
    if (configs === undefined || configs.length === 0) continue
    const { code, out, err } = await runProgram(['all', '--file', join(corpus, file), '-o', 'json'])
    assert.equal(code, 0, `${file}: ${err}`)
    const printed: Json = JSON.parse(out)
    const ours = objectsOf(objectOf(printed).configs)
    const expected = leaves(configs)
    const found = leaves([...ours]).map((leaf, index) => {
      const [path = ''] = leaf.split(' ')
      if (leaf === expected[index] || !isHidden(leaf) || !expected[index]?.startsWith(`${path} `)) return leaf
      const field = path
        .replaceAll(/\[\d+\]/g, '')
        .split('.')
        .slice(-2)
        .join('.')
      hidden.set(field, (hidden.get(field) ?? 0) + 1)
      return expected[index]
    })
    assert.deepEqual(found, expected, file)
    const raw = await runProgram(['all', '--file', '-', '-o', 'json'], { stdin: out })
    assert.equal(raw.out, out, file)
    counted.dumps++
    counted.sections += configs.length
    counted.values += leaves(configs).length
  }
  t.diagnostic(JSON.stringify(counted))
  t.diagnostic(`hidden: ${JSON.stringify(Object.fromEntries(hidden))}`)
  assert.ok(counted.dumps > (executable === undefined ? 200 : 10))
  assert.ok(counted.values > (executable === undefined ? 100_000 : 5000))
})

test("the tables of all are istioctl's, cell by cell", async (t) => {
  if (!hasCorpus(t)) return
  const counted = new Map<string, number>()
  const unexplained: string[] = []
  for (const pod of ['ecds', 'gateway', 'nack', 'sidecar', 'warmclusters', 'warmlisteners']) {
    const file = join(corpus, 'lab/raw', pod, 'config_dump_include_eds.json')
    const { out } = await runProgram(['all', '--file', file], { now })
    const ours = tablesOf(out)
    for (const [kind, text] of tablesOf(readFileSync(join(corpus, 'lab/istioctl', `pc-${pod}-all.txt`), 'utf8'))) {
      const names = headers[kind] ?? []
      const theirs = tableRows(text, names).map(withoutPrefix)
      counted.set(kind, (counted.get(kind) ?? 0) + theirs.length)
      for (const { theirs: row, reason, ours: own } of rowDifferences(
        theirs,
        tableRows(ours.get(kind) ?? '').map((own) => asIstioctl(own, kind)),
        kind,
      )) {
        if (reason === undefined) unexplained.push(`${pod} ${kind}: ${JSON.stringify(row)} ${JSON.stringify(own[0])}`)
      }
    }
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(counted)))
  assert.deepEqual([...counted.keys()].toSorted(), ['clusters', 'eds', 'listeners', 'routes', 'secrets'])
  assert.deepEqual(unexplained, [])
})

test('secrets and extensions as JSON are what istioctl prints', async (t) => {
  if (!hasCorpus(t)) return
  let documents = 0
  for (const pod of ['ecds', 'gateway', 'nack', 'sidecar', 'warmclusters', 'warmlisteners']) {
    for (const kind of ['secret', 'ecds']) {
      const [, theirs] = /^(\{[\s\S]*^\})$/m.exec(
        readFileSync(join(corpus, 'lab/istioctl', `pc-${pod}-${kind}-json.txt`), 'utf8'),
      ) ?? [undefined]
      if (theirs === undefined) continue
      const file = join(corpus, 'lab/raw', pod, 'config_dump_include_eds.json')
      const { out } = await runProgram([kind, '--file', file, '-o', 'json'])
      assert.deepEqual(JSON.parse(out), JSON.parse(theirs), `${pod} ${kind}`)
      documents++
    }
  }
  assert.equal(documents, 7)
})

/** The tables of `all` by kind, told apart by their headers. */
function tablesOf(text: string): Map<string, string> {
  const marks: Readonly<Record<string, RegExp>> = {
    clusters: /SERVICE FQDN/,
    listeners: /ADDRESSES/,
    routes: /VHOST NAME/,
    eds: /LOCALITY/,
    secrets: /SERIAL NUMBER/,
  }
  return new Map(
    text.split('\n\n').flatMap((table): [string, string][] => {
      const [header = ''] = table.split('\n')
      const kind = Object.keys(marks).find((name) => marks[name]?.test(header))
      return kind === undefined ? [] : [[kind, table.replace(/\n(?:Error: .*|# rc=\d+\n)$/, '')]]
    }),
  )
}

/** istioctl puts the kind before the first cell of a row in `all`, and before the name of a cluster that is in no known form. */
function withoutPrefix(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value.replace(/^(?:cluster|endpoint|route|secret|listener)\//, ''),
    ]),
  )
}

/** The sections of a dump in Envoy's own form; secrets in it are hidden on purpose, and are left out here. */
function configsOf(file: string): Json[] | undefined {
  try {
    const { configs } = objectOf(JSON.parse(readFileSync(join(corpus, file), 'utf8')))
    const isOwn =
      Array.isArray(configs) && configs.every((section) => /ConfigDump/.test(String(objectOf(section)['@type'])))
    return isOwn ? configs : undefined
  } catch {
    return undefined
  }
}

function isHidden(leaf: string): boolean {
  return /"[^"]*(?:\[redacted\]|W3JlZGFjdGVkXQ==|5b72656461637465645d)[^"]*"$/.test(leaf)
}

/** All values in their order, each with its path; a key counts whatever its case. */
function leaves(tree: Json | undefined): string[] {
  const found: string[] = []
  const visit = (value: Json | undefined, path: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`)
    else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key.replaceAll('_', '').toLowerCase()}`)
    } else found.push(`${path} ${JSON.stringify(value)}`)
  }
  visit(tree, '')
  return found
}
