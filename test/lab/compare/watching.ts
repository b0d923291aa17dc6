import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Lab, Output } from '../lab.ts'

/** A command of the program under test that runs on and prints what happens. */
export interface Watching {
  /** Waits, at most a minute, until something is printed, on stdout or stderr. */
  until(printed: RegExp): Promise<void>
  /** Ends it. @returns all that it has printed */
  stop(): Promise<Output>
}

export function startWatching(lab: Lab, ...args: string[]): Watching {
  const child = spawn(process.execPath, ['src/main.ts', ...args], { env: lab.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  const closed = once(child, 'close')
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text))
  return {
    async until(pattern) {
      const end = AbortSignal.timeout(60_000)
      while (!pattern.test(printed.stdout) && !pattern.test(printed.stderr)) {
        const more = [once(child.stdout, 'data', { signal: end }), once(child.stderr, 'data', { signal: end }), closed]
        await Promise.race(more).catch(() => undefined)
        const isOver = end.aborted || child.exitCode !== null || child.signalCode !== null
        if (isOver && !pattern.test(printed.stdout) && !pattern.test(printed.stderr))
          assert.fail(`${pattern} was not printed: ${printed.stdout}${printed.stderr}`)
      }
    },
    async stop() {
      child.kill('SIGINT')
      await closed
      return { code: child.exitCode ?? 1, ...printed }
    },
  }
}
