import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** A program with arguments, as it is started. */
export interface CommandLine {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** What it exits with when it has done its work; 0 unless said. */
  readonly exitCode?: number
}

/**
 * Milliseconds from start to end of one run, its output thrown away.
 * @throws Error when it fails
 */
export function timeOf({ program, args, env, exitCode = 0 }: CommandLine): number {
  const start = performance.now()
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  const elapsed = performance.now() - start
  if (error !== undefined) throw error
  if (status !== exitCode) throw new Error(`${program} ${args.join(' ')} failed (${status}): ${stderr}`)
  return elapsed
}

/** How often the kernel is asked for a process's high-water mark: what it grows by in its last moment is missed. */
const pollMilliseconds = 1

/**
 * Most bytes one run had resident at once (Linux: VmHWM), with what the processes had that it started itself, or undefined where the system
 * does not tell.
 * A run of its own, because asking disturbs the time.
 */
export async function peakMemoryOf({ program, args, env }: CommandLine): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  const child = spawn(program, args, { stdio: 'ignore', env })
  const peaks = new Map<number | undefined, number>()
  const poll = setInterval(() => {
    for (const pid of [child.pid, ...startedBy(child.pid)])
      peaks.set(pid, Math.max(peaks.get(pid) ?? 0, highWaterMark(pid) ?? 0))
  }, pollMilliseconds)
  await new Promise<void>((done, fail) => {
    child.once('error', fail)
    child.once('exit', () => done())
  }).finally(() => clearInterval(poll))
  const peak = [...peaks.values()].reduce((sum, each) => sum + each, 0)
  return peak === 0 ? undefined : peak
}

function startedBy(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function highWaterMark(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    // It has just ended.
    return undefined
  }
}
