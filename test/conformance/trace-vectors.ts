import { existsSync, readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'

const conformance = new URL('../../../shared/conformance/', import.meta.url)

/** Whether the shared conformance set is there; says so loudly when it is not, and fails in CI. */
export function conformanceSet(t: TestContext, path: string): boolean {
  if (existsSync(new URL(path, conformance))) return true
  t.diagnostic(`MISSING: ${path} of the conformance set; nothing was compared`)
  if (process.env.CI) throw new Error(`the conformance set is missing: ${path}`)
  t.skip('conformance set missing')
  return false
}

export function readText(path: string): string {
  return readFileSync(new URL(path, conformance), 'utf8')
}

/** One JSON value per line. */
export function readLines<T>(path: string): T[] {
  return readText(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

const dumps = new Map<string, ConfigDump>()

export async function dumpAt(path: string): Promise<ConfigDump> {
  let dump = dumps.get(path)
  if (dump === undefined) {
    dump = await readDump(readFileSync(new URL(path, conformance)), path)
    dumps.set(path, dump)
  }
  return dump
}
