import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../../src/envoy/json.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { outputValues } from '../output-values.ts'
import { executable, runProgram, sweepOf } from '../run-program.ts'
import { corpus, filesIn, hasCorpus } from './corpus.ts'

/** Where each kind's resources stand in a config dump, written down apart from the program's own table. */
const places: Readonly<Record<string, { lists: readonly string[]; resource: string }>> = {
  clusters: { lists: ['dynamic_active_clusters', 'dynamic_warming_clusters', 'static_clusters'], resource: 'cluster' },
  listeners: { lists: ['dynamic_listeners', 'dynamic_active_listeners', 'static_listeners'], resource: 'listener' },
  routes: { lists: ['dynamic_route_configs', 'static_route_configs'], resource: 'route_config' },
  eds: { lists: ['dynamic_endpoint_configs', 'static_endpoint_configs'], resource: 'endpoint_config' },
}

test('-o json of every dump holds every resource of it, value for value', async (t) => {
  if (!hasCorpus(t)) return
  const counted = { dumps: 0, resources: 0, kept: 0, hidden: 0 }
  const missing: string[] = []
  for (const file of sweepOf(filesIn('dumps', 'assembled', 'lab/raw'))) {
    const configs = configsOf(file)
    if (configs === undefined) continue
    counted.dumps++
    for (const [kind, { lists, resource }] of Object.entries(places)) {
      const expected = configs
        .filter(isEnvoys)
        .flatMap((section) => lists.flatMap((list) => resourcesIn(section, list, resource)))
      counted.resources += expected.length
      if (expected.length === 0) continue
      const { out, err } = await runProgram([kind, '--file', join(corpus, file), '-o', 'json'])
      const printed = new Map<string, number>()
      for (const item of JSON.parse(out || '[]')) add(printed, canonical(item), 1)
      for (const wanted of expected) {
        const exact = canonical(wanted)
        const hidden = printed.has(exact) ? undefined : [...printed.keys()].find((own) => isHidden(own, exact))
        if (hidden !== undefined) counted.hidden++
        const key = hidden ?? exact
        if ((printed.get(key) ?? 0) === 0) missing.push(`${file} ${kind}: ${key.slice(0, 200)} ${err}`)
        else counted.kept++
        add(printed, key, -1)
      }
    }
  }
  t.diagnostic(
    `${counted.dumps} dumps, ${counted.kept} of ${counted.resources} resources kept, ${counted.hidden} with secrets hidden`,
  )
  assert.ok(counted.resources > (executable === undefined ? 5000 : 200), 'resources were found')
  assert.deepEqual(missing, [])
})

test('every file, every kind, every format: rows or one clear line', async (t) => {
  if (!hasCorpus(t)) return
  const wrong: string[] = []
  let runs = 0
  for (const file of sweepOf(filesIn('dumps', 'assembled', 'lab/raw'))) {
    for (const { name } of resourceKinds) {
      for (const format of file.length % 7 === 0 ? outputValues : ['table', 'json']) {
        runs++
        const { code, out, err } = await runProgram([name, '--file', join(corpus, file), '-o', format])
        const refused = code === 1 && out === '' && /^error: .+\n/.test(err)
        const shown = code === 0 && (out !== '' || /^No \w+ found/m.test(err))
        if ((!refused && !shown) || /defect|\n {4}at /.test(err))
          wrong.push(`${file} ${name} -o ${format}: ${code} ${err.slice(0, 300)}`)
        else if (code === 0 && format === 'json') JSON.parse(out)
      }
    }
  }
  t.diagnostic(`${runs} runs`)
  assert.ok(runs > (executable === undefined ? 3000 : 150))
  assert.deepEqual(wrong, [])
})

function configsOf(file: string): readonly JsonObject[] | undefined {
  try {
    const document: Json = JSON.parse(readFileSync(join(corpus, file), 'utf8'))
    const configs = objectOf(document).configs
    return Array.isArray(configs) ? objectsOf(configs) : undefined
  } catch {
    return undefined
  }
}

function isEnvoys(section: JsonObject): boolean {
  return String(section['@type']).startsWith('type.googleapis.com/envoy.admin.')
}

function resourcesIn(section: JsonObject, list: string, resource: string): Json[] {
  const states = ['active_state', 'warming_state', 'draining_state', 'error_state']
  return objectsOf(either(section, list)).flatMap((entry) => {
    const failed = either(objectOf(either(entry, 'error_state')), 'failed_configuration')
    const inStates = states.map((state) => either(objectOf(either(entry, state)), resource))
    return [either(entry, resource), ...inStates, failed].filter(isObject)
  })
}

function either(value: JsonObject, name: string): Json | undefined {
  return value[name] ?? value[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]
}

/** The same text for the same values, whatever the case of field names and the order of keys. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (!isObject(inner)) return inner
    const entries = Object.entries(inner).map(([key, item]): [string, unknown] => [
      // Envoy's prefix for old fields is left out: they are read under the name that they had.
      key
        .replaceAll('_', '')
        .toLowerCase()
        .replace(/^hiddenenvoydeprecated/, ''),
      item,
    ])
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** As text, as base64, and as the hex of a health check's payload. */
const placeholder = /\[redacted\]|W3JlZGFjdGVkXQ==|5b72656461637465645d/

/** Whether our text is the dump's but for values that stand as `[redacted]`: only secrets may differ. */
function isHidden(own: string, wanted: string): boolean {
  if (!placeholder.test(own)) return false
  const pattern = own.split(placeholder).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('(?:[^"\\\\]|\\\\.)*')}$`).test(wanted)
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
