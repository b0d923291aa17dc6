import { readFileSync } from 'node:fs'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'

const conformance = new URL('../../../shared/conformance/', import.meta.url)

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
