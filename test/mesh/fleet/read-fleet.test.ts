import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError } from '../../../src/errors.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'
import { failureCounts } from '../../../src/mesh/fleet/failure-counts.ts'
import { type FleetLimits, readFleet } from '../../../src/mesh/fleet/read-fleet.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

type Page = (signal: AbortSignal | undefined, attempt: number) => Promise<Uint8Array>

function proxy(name: string, page: Page): MeshProxy {
  let attempt = 0
  return {
    id: { name },
    label: name,
    live: true,
    page: async (_path, signal) => inMemory(await page(signal, ++attempt)),
    absence: async () => new AppError('absent'),
  }
}

const answer = new Uint8Array(100)
const usual: FleetLimits = { concurrency: 4, deadline: 60_000, bytes: 1e9, maxAhead: Number.POSITIVE_INFINITY }

interface Read {
  readonly given: string[]
  readonly errors: AppError[]
}

async function read(
  proxies: readonly MeshProxy[],
  limits: Partial<FleetLimits> = {},
  signal = new AbortController().signal,
  told: (name: string) => void = () => undefined,
): Promise<Read> {
  const given: string[] = []
  const errors: AppError[] = []
  const task = async (each: MeshProxy) => {
    await each.page('config_dump', signal)
    return each.id.name
  }
  for await (const outcome of readFleet(proxies, task, { ...usual, ...limits, signal, progress: () => undefined })) {
    told(outcome.proxy.id.name)
    if ('result' in outcome) given.push(outcome.result)
    else errors.push(outcome.error)
  }
  return { given, errors }
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `p${at}`)

test('outcomes come in the order of the proxies, at most so many at a time', async () => {
  let running = 0
  let most = 0
  const proxies = names(30).map((name, at) =>
    proxy(name, async () => {
      running += 1
      most = Math.max(most, running)
      await delay(at % 3 === 0 ? 15 : 1)
      running -= 1
      return answer
    }),
  )
  assert.deepEqual((await read(proxies)).given, names(30))
  assert.equal(most, 4)
})

test('proxies under way are expected to send no more bytes than are allowed', async () => {
  let running = 0
  const seen: number[] = []
  const proxies = names(20).map((name) =>
    proxy(name, async () => {
      running += 1
      seen.push(running)
      await delay(2)
      running -= 1
      return answer
    }),
  )
  await read(proxies, { concurrency: 16, bytes: 200 })
  assert.ok(Math.max(...seen.slice(4)) <= 2, `${seen}`)
  assert.deepEqual((await read(proxies, { bytes: 1 })).given, names(20), 'one is read however large it is')
})

test('those that wait for an earlier one are bounded', async () => {
  let begun = 0
  const slow = Promise.withResolvers<void>()
  const proxies = names(40).map((name, at) =>
    proxy(name, async () => {
      begun += 1
      if (at === 0) await slow.promise
      return answer
    }),
  )
  const done = read(proxies, { maxAhead: 10 })
  await delay(50)
  assert.equal(begun, 10)
  slow.resolve()
  assert.deepEqual((await done).given, names(40))
})

test('outcomes that nobody takes hold back what comes after', async () => {
  let begun = 0
  const proxies = names(40).map((name) =>
    proxy(name, async () => {
      begun += 1
      return answer
    }),
  )
  const reading = { ...usual, signal: new AbortController().signal, progress: () => undefined }
  const outcomes = readFleet(proxies, (each) => each.page('config_dump'), reading)
  await outcomes.next()
  await delay(20)
  assert.ok(begun <= 2 * usual.concurrency + 1, `${begun}`)
  await outcomes.return(undefined)
})

test('what is transient is asked once more, and what is not stays', async () => {
  const failing = (error: AppError, times: number) =>
    proxy('p', async (_signal, attempt) => {
      if (attempt <= times) throw error
      return answer
    })
  for (const error of [
    new ApiError(429, 'throttled', undefined, 0),
    new ApiError(503, 'not ready', undefined, 0),
    new AppError('lost', { code: 'cut-short' }),
    new AppError('reset', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }),
  ]) {
    assert.equal((await read([failing(error, 1), failing(error, 0)])).given.length, 2, error.message)
    assert.deepEqual((await read([failing(error, 2)])).errors, [error], `${error.message}, once`)
  }
  for (const error of [new ApiError(403, 'forbidden'), new ApiError(404, 'deleted'), new AppError('too large')])
    assert.deepEqual((await read([failing(error, 1)])).errors, [error])
})

test('a server that is busy is given the time that it asks for', async () => {
  const asked: string[] = []
  const busy = (name: string, seconds: number) =>
    proxy(name, async (_signal, attempt) => {
      asked.push(`${name} ${attempt}`)
      if (attempt === 1) throw new ApiError(429, 'throttled', undefined, seconds)
      return answer
    })
  assert.deepEqual((await read([busy('later', 1), busy('sooner', 0)])).given, ['later', 'sooner'])
  assert.deepEqual(asked, ['later 1', 'sooner 1', 'sooner 2', 'later 2'])
})

const never: Page = (signal) =>
  new Promise((_resolve, fail) => signal?.addEventListener('abort', () => fail(new Error('aborted'))))

test('a proxy that never answers ends at its deadline, and hides no other', async () => {
  const { given, errors } = await read([proxy('silent', never), proxy('p', async () => answer)], { deadline: 30 })
  assert.deepEqual(given, ['p'])
  assert.deepEqual(
    errors.map(({ code, message }) => [code, message]),
    [['timeout', 'silent did not answer everything within 0.03 s']],
  )
})

test('told to stop, what has come is given, and what was under way is no failure', async () => {
  const stop = new AbortController()
  const proxies = [
    proxy('a', async () => answer),
    proxy('silent', never),
    proxy('b', async () => answer),
    proxy('c', async () => {
      setTimeout(() => stop.abort(), 20)
      return answer
    }),
  ]
  assert.deepEqual(await read(proxies, {}, stop.signal), { given: ['a', 'b', 'c'], errors: [] })
})

test('an internal error is thrown, not counted', async () => {
  const broken = proxy('p', async () => {
    throw new TypeError('a defect')
  })
  await assert.rejects(read([broken]), TypeError)
})

test('failures are counted by reason, the most frequent first', () => {
  assert.equal(
    failureCounts([
      new AppError('x', { code: 'timeout' }),
      ...Array.from({ length: 1200 }, () => new ApiError(403, 'x')),
      new ApiError(404, 'x'),
      new ApiError(500, 'x'),
      new AppError('x'),
    ]),
    '1,200 forbidden, 1 not found, 1 refused by the API server (500), 1 timed out, 1 with another error',
  )
})
