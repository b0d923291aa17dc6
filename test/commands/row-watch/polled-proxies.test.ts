import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolledProxies } from '../../../src/commands/row-watch/polled-proxies.ts'
import { AppError } from '../../../src/errors.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

function proxyOf(context: string, name: string): MeshProxy {
  return {
    id: { name: `${context}/${name}`, context },
    label: name,
    live: true,
    page: async () => 'absent',
    absence: async () => new AppError('absent'),
  }
}

/** The names of the proxies of each round. */
async function rounds(found: readonly (readonly MeshProxy[])[]): Promise<string[][]> {
  const proxies = new PolledProxies()
  const names: string[][] = []
  for (const round of found) {
    const opened = await proxies.open(
      async () => round,
      (error) => assert.fail(String(error)),
    )
    names.push(opened.map(({ id }) => id.name))
    // Looks the pods up again.
    proxies.failAll()
  }
  return names
}

test('the proxies of a context that cannot be read are kept, those of a pod that is gone are not', async () => {
  const [one, two, other] = [proxyOf('a', 'web-1'), proxyOf('a', 'web-2'), proxyOf('b', 'web-1')]
  assert.deepEqual(await rounds([[one, two, other], [one], [two, other]]), [
    ['a/web-1', 'a/web-2', 'b/web-1'],
    ['a/web-1', 'b/web-1'],
    ['a/web-2', 'b/web-1'],
  ])
})
