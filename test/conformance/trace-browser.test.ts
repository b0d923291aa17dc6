import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { browserCore } from '../../scripts/bundle/browser-core.ts'
import type { AskedProxy } from '../../src/analyses/trace/question/ask-trace.ts'
import type * as core from '../../src/core.ts'
import { CertificateCollection } from '../../src/envoy/certificates/certificate-facts.ts'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { savedTime } from '../../src/envoy/dump/saved-time.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'
import { argvOf, askedVectors, fragmentQuery } from './trace-questions.ts'

const root = join(import.meta.dirname, '../..')
const now = new Date('2026-01-01T00:00:00Z')
const count = 300

type Core = typeof core

/** The core as a page has it: no Buffer, no process, no require. */
async function inBrowser(): Promise<Core> {
  const context = createContext({
    Uint8Array,
    TextDecoder,
    TextEncoder,
    URLSearchParams,
    atob,
    btoa,
    structuredClone,
    URL,
  })
  runInContext(await browserCore(root, 'core'), context)
  return runInContext('core', context)
}

test(`a page answers ${count} requests of the vectors as the program does, byte for byte`, async (t) => {
  if (!hasCorpus(t, 'vectors/real-envoy/truth.jsonl')) return
  const page = await inBrowser()
  const proxies = new Map<string, AskedProxy>()
  const proxyAt = async (file: string): Promise<AskedProxy> => {
    const known = proxies.get(file)
    if (known !== undefined) return known
    const path = join(corpus, file)
    const bytes = readFileSync(path)
    const here = await readDump(bytes, file)
    page.knowCertificates(certificatesIn(here))
    const saved = savedTime(here, { serverInfo: undefined, written: statSync(path).mtime })
    const proxy = { label: path, dump: await page.readDump(bytes, path), now, savedAt: () => saved }
    proxies.set(file, proxy)
    return proxy
  }
  const differences: string[] = []
  let answered = 0
  const asked = askedVectors(count)
  assert.equal(asked.length, count)
  for (const { file, question } of asked) {
    const theirs = await runProgram(['trace', '--file', join(corpus, file), ...argvOf(question), '-o', 'json'], { now })
    const mine = await answerOf(page, await proxyAt(file), fragmentQuery(question))
    if (theirs.code === 0) answered++
    const expected = theirs.code === 0 ? theirs.out : theirs.err.split('\n')[0]
    if (mine !== expected) differences.push(`${file} ${fragmentQuery(question)}`)
  }
  t.diagnostic(`${count - differences.length} of ${count} agree, ${answered} of them answered and not refused`)
  assert.deepEqual(differences, [])
  assert.ok(answered >= count * 0.98, `${answered} answered`)
})

/** The document of an answer, or the line that refuses the question. */
async function answerOf(page: Core, proxy: AskedProxy, query: string): Promise<string> {
  try {
    const answer = page.askTrace(page.questionIn(new URLSearchParams(query)), proxy)
    const json = page.formats.find(({ name }) => name === 'json')
    if (json === undefined) throw new Error('there is no format json')
    const pieces = await json.render(page.redactedView(answer.view, false), {
      headers: true,
      headings: false,
      colour: false,
    })
    return [...pieces].join('')
  } catch (error) {
    return `error: ${error instanceof Error || isThrown(error) ? error.message : String(error)}`
  }
}

/** An error of the other world is no instance of this one's. */
function isThrown(error: unknown): error is { readonly message: string } {
  return typeof error === 'object' && error !== null && 'message' in error
}

/** What a page is given of the certificates of a dump. */
function certificatesIn(dump: ConfigDump) {
  const collection = new CertificateCollection()
  for (const kind of ['listeners', 'clusters', 'secrets'] as const)
    for (const { resource } of dump.entries(kind)) collection.add(resource)
  return collection.facts
}
