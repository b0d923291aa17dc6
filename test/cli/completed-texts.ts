import assert from 'node:assert/strict'
import { complete } from '../../src/cli/completion/complete.ts'
import type { Lookups } from '../../src/cli/completion/lookups.ts'
import { commands } from '../../src/commands/index.ts'

export const noSpace = 2

export const noFiles = 4

export const refuse = async () => assert.fail('nothing outside may be asked')

export const strict: Lookups = {
  contexts: refuse,
  kubeClusters: refuse,
  users: refuse,
  namespaces: refuse,
  objects: refuse,
  containers: refuse,
  loggers: refuse,
  urls: refuse,
  filterValues: refuse,
}

export async function texts(words: readonly string[], lookups: Partial<Lookups> = {}): Promise<string[]> {
  const { candidates, directive } = await complete(words, commands, () => ({ ...strict, ...lookups }))
  assert.ok(directive & noFiles, 'files are not offered')
  return candidates.map(({ text }) => text)
}
