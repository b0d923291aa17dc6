import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { CommandLine } from './measure.ts'

/** Ticks of a second that Linux counts the processor's time in. */
const ticks = 100

/** What one run took: seconds, most bytes resident at once, lines of output; the beginning of its messages. */
export interface MeasuredRun {
  readonly time: number
  readonly cpu: number
  readonly memory: number
  readonly lines: number
  readonly code: number | null
  readonly stderr: string
}

/** Runs a program once. What it takes in its last 20 ms is missed. @param seen gets its output as it comes */
export async function runMeasured(
  { program, args, env }: CommandLine,
  seen: (data: Buffer) => void = () => undefined,
): Promise<MeasuredRun> {
  const began = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let [lines, stderr, cpu, memory] = [0, '', 0, 0]
  child.stdout.on('data', (data: Buffer) => {
    for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) lines += 1
    seen(data)
  })
  child.stderr.on('data', (data: Buffer) => {
    stderr += data
  })
  const poll = setInterval(() => {
    const used = usageOf(child.pid)
    cpu = Math.max(cpu, used.cpu)
    memory = Math.max(memory, used.memory)
  }, 20)
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done))
  clearInterval(poll)
  return { time: (performance.now() - began) / 1000, cpu, memory, lines, code, stderr: stderr.slice(0, 1000) }
}

/** Seconds of the processor and the most bytes so far (Linux); nothing of what has ended. */
function usageOf(pid: number | undefined): { readonly cpu: number; readonly memory: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { cpu: (Number(fields[11]) + Number(fields[12])) / ticks, memory: Number(peak ?? 0) * 1024 }
  } catch {
    return { cpu: 0, memory: 0 }
  }
}
