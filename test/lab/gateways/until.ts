import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Output } from '../lab.ts'
import { fullName, type Gateway, type Gateways } from './gateway.ts'

/** Repeats a question until its answer is as it should be, for 40 seconds: what was applied takes a moment to get there. */
export async function until(ask: () => Promise<Output>, isSo: (answer: Output) => boolean): Promise<Output> {
  for (const end = Date.now() + 40_000; ; await pause(300)) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (Date.now() > end) assert.fail(`not so in time:\n${answer.stdout}${answer.stderr}`)
  }
}

/** Waits until a proxy has what its control plane has for it: what was applied before, by another test as well, may be on its way. */
export async function settled({ proxy }: Gateway, run: Gateways['run']): Promise<void> {
  await until(() => run('status', fullName(proxy)), matches)
}

/** Whether `status POD` says that there is no difference. */
export function matches({ stdout }: Output): boolean {
  return /^Clusters Match\nListeners Match\nRoutes Match[^\n]*\nEndpoints Match\n$/.test(stdout)
}
