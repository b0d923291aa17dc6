import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type FuzzKind, fuzzInput, fuzzKinds } from './fuzz/fuzz-input.ts'
import type { FuzzInput } from './fuzz/program-input.ts'
import { savedCase } from './fuzz/saved-case.ts'
import { readSeeds } from './fuzz/seeds.ts'
import type { Job, Told } from './fuzz/worker.ts'

const usage = `npm run fuzz [-- FLAGS]: runs the program on inputs that are made from a seed, and looks for what it never may do:
a stack, a hang, a secret, a control character, output that is not in its format, too much time or memory.

  --seed N       what the inputs are made from (a new one each time)
  --inputs N     how many (20000)
  --minutes N    ends earlier when these have passed
  --workers N    processes side by side (2)
  --only KIND    one of ${fuzzKinds.join(', ')}
  --input N      only this one, and what it is is written to the folder it names

A fault is written to test/fuzz-cases with --keep.
`

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' },
    inputs: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '60' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (options.help) {
  console.log(usage)
  process.exit()
}

const seed = Number(options.seed ?? Date.now() % 1_000_000_007)
const only: FuzzKind | undefined = fuzzKinds.find((kind) => kind === options.only)
const workers = Number(options.workers)
const end = Number(options.inputs)
const until = Date.now() + Number(options.minutes) * 60_000
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))

/** Milliseconds without an answer after which a worker hangs: on a machine under load its start alone can take a minute. */
const maxSilence = 300_000
/** Megabytes of a worker's heap: an input is a megabyte at most. */
const maxHeap = 700

const seeds = readSeeds()
const sum = { inputs: 0, faults: 0, slowest: 0, slowestInput: -1 }
const seen = new Map<string, number>()

console.log(`seed ${seed}: npm run fuzz -- --seed ${seed}`)
const began = Date.now()
if (options.input === undefined) {
  await Promise.all(Array.from({ length: workers }, (_, lane) => runLane(lane)))
} else await runFrom(Number(options.input), Number(options.input) + 1)
const seconds = Math.round((Date.now() - began) / 1000)
console.log(
  `${sum.inputs} inputs in ${seconds} s, ${sum.faults} faults; the slowest took ${Math.round(sum.slowest)} ms (input ${sum.slowestInput})`,
)
for (const [fault, count] of seen) console.log(`${count} x ${fault}`)
if (options.input !== undefined) write(join(folder, 'input'), fuzzInput(await seeds, seed, Number(options.input), only))
else rmSync(folder, { recursive: true })
process.exitCode = sum.faults === 0 ? 0 : 1

/** Every input of a lane; a worker that dies or hangs is followed by another, behind the input that ended it. */
async function runLane(lane: number): Promise<void> {
  for (let next: number | undefined = lane; next !== undefined; ) next = await runFrom(next, end)
}

/** @returns where to go on, or undefined at the end */
function runFrom(from: number, last: number): Promise<number | undefined> {
  const child = fork(join(import.meta.dirname, 'fuzz/worker.ts'), {
    execArgv: [`--max-old-space-size=${maxHeap}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const job: Job = { seed, from, step: workers, end: last, folder, only }
  child.send(job)
  return followed(child, from)
}

function followed(child: ChildProcess, from: number): Promise<number | undefined> {
  let current = from
  let words = ''
  let hangs = false
  let over = false
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000)
  })
  const watch = () =>
    setTimeout(() => {
      hangs = true
      child.kill('SIGKILL')
    }, maxSilence)
  let timer = watch()
  child.on('message', (told: Told) => {
    clearTimeout(timer)
    timer = watch()
    if ('began' in told) {
      current = told.began
      return
    }
    sum.inputs++
    if (told.cpu > sum.slowest) Object.assign(sum, { slowest: told.cpu, slowestInput: told.done })
    if (told.faults.length > 0) void report(told.done, told.faults, told.line)
    if (Date.now() > until) {
      over = true
      child.kill()
    }
  })
  return new Promise((done) => {
    child.on('exit', (code) => {
      clearTimeout(timer)
      if (over || code === 0) return done(undefined)
      sum.inputs++
      void report(current, [hangs ? 'it hangs' : `the process ended: ${/FATAL ERROR.*/.exec(words)?.[0] ?? words}`], '')
      const next = current + workers
      done(options.input === undefined && next < end ? next : undefined)
    })
  })
}

async function report(index: number, faults: readonly string[], line: string): Promise<void> {
  sum.faults++
  for (const fault of faults) {
    const short = fault.split('\n').slice(0, 3).join(' ').slice(0, 160)
    seen.set(short, (seen.get(short) ?? 0) + 1)
  }
  console.log(`FAULT in input ${index} (npm run fuzz -- --seed ${seed} --input ${index}): ${line}`)
  for (const fault of faults) console.log(`  ${fault.slice(0, 600)}`)
  if (!options.keep) return
  const kept = join(import.meta.dirname, '../test/fuzz-cases')
  mkdirSync(kept, { recursive: true })
  writeFileSync(join(kept, `${seed}-${index}.json`), savedCase(fuzzInput(await seeds, seed, index, only)))
}

/** The files of an input, and its command line, for a look at them. */
function write(place: string, input: FuzzInput): void {
  mkdirSync(place, { recursive: true })
  for (const [name, bytes] of Object.entries(input.files)) writeFileSync(join(place, name), bytes)
  if (input.answer !== undefined) writeFileSync(join(place, 'answer'), input.answer.body)
  const words = input.argv.map((word) => (word.startsWith('@') ? join(place, word.slice(1)) : word))
  writeFileSync(join(place, 'argv.json'), JSON.stringify(words))
  console.log(`its files are in ${place}:\n${words.map((word) => JSON.stringify(word)).join(' ')}`)
}
