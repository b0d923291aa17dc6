import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Lab, LabPod, Output } from '../lab.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

/** For objects to arrive in a proxy, in milliseconds. */
const patience = 60_000

/** Runs the program under test against the lab. */
export function proxyConfig(lab: Lab, ...args: string[]): Promise<Output> {
  return lab.run(process.execPath, [main, ...args])
}

/** What the program prints, on stdout and stderr. */
export async function textOf(lab: Lab, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await proxyConfig(lab, ...args)
  return `${stdout}${stderr}`
}

/** Applies Kubernetes objects (YAML) until the end of the test. */
export async function withObjects(t: TestContext, lab: Lab, manifest: string): Promise<void> {
  const file = join(tmpdir(), `lab-objects-${process.pid}-${Math.random().toString(36).slice(2)}.yaml`)
  writeFileSync(file, manifest)
  t.after(async () => {
    await lab.kubectl('delete', '--ignore-not-found', '--wait=false', '-f', file)
    rmSync(file)
  })
  const { code, stderr } = await lab.kubectl('apply', '-f', file)
  assert.equal(code, 0, stderr)
}

/**
 * Asks until there is an answer, and gives it.
 * @param find undefined while it has not come about
 */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + patience; Date.now() < end; await pause(200)) {
    const found = await find()
    if (found !== undefined) return found
  }
  return assert.fail(`${what} did not come about`)
}

/** Waits until the configuration dump of a proxy has a text, or has it no more. */
export async function awaitInDump(lab: Lab, pod: LabPod, text: string, isThere = true): Promise<void> {
  await eventually(`${text} ${isThere ? 'in' : 'gone from'} ${pod.name}`, async () =>
    (await lab.admin(pod, 'config_dump?include_eds')).includes(text) === isThere ? true : undefined,
  )
}

/** Status of the answer to a request that the application of a pod sends through its sidecar; `000` without an answer. */
export async function statusFrom(lab: Lab, pod: LabPod, url: string, ...curl: string[]): Promise<string> {
  const argv = ['curl', '-s', '-m', '10', '-o', '/dev/null', '-w', '%{http_code}', ...curl, url]
  return (await lab.exec(pod.netns, argv)).stdout
}

/** Body of the answer to such a request. */
export async function bodyFrom(lab: Lab, pod: LabPod, url: string, ...curl: string[]): Promise<string> {
  return (await lab.exec(pod.netns, ['curl', '-s', '-m', '10', ...curl, url])).stdout
}
