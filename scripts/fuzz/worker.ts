import { join } from 'node:path'
import { type FuzzKind, fuzzInput } from './fuzz-input.ts'
import { faultsOf } from './oracles.ts'
import { runInput } from './run-input.ts'
import { readSeeds } from './seeds.ts'

/** What the parent asks for. */
export interface Job {
  readonly seed: number
  readonly from: number
  readonly step: number
  readonly end: number
  readonly folder: string
  readonly only?: FuzzKind | undefined
}

/** What a worker tells: an input begins, or is done. */
export type Told =
  | { readonly began: number }
  | { readonly done: number; readonly faults: readonly string[]; readonly line: string; readonly cpu: number }

process.once('message', (job: Job) =>
  work(job).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  }),
)
process.on('disconnect', () => process.exit())

async function work({ seed, from, step, end, folder, only }: Job): Promise<void> {
  const seeds = await readSeeds()
  const tell = (told: Told) => process.send?.(told)
  let escaped: unknown
  process.on('uncaughtException', (error) => {
    escaped = error
  })
  process.on('unhandledRejection', (error) => {
    escaped = error
  })
  for (let index = from; index < end; index += step) {
    tell({ began: index })
    const input = fuzzInput(seeds, seed, index, only)
    escaped = undefined
    const result = await runInput(input, join(folder, `worker-${from % step}`))
    await new Promise((done) => setImmediate(done))
    const faults = faultsOf(input, escaped === undefined ? result : { ...result, thrown: escaped })
    tell({ done: index, faults, line: input.argv.join(' ').slice(0, 300), cpu: result.cpu })
  }
  process.disconnect?.()
}
