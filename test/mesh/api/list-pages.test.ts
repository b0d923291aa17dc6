import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '../../../src/mesh/api/api-error.ts'
import { itemsOf, listPages } from '../../../src/mesh/api/list-pages.ts'

/** Reads a list whose pages are these, one after the other: how many objects, or a status. */
async function read(...pages: readonly (number | { readonly status: number })[]) {
  const asked: string[] = []
  const items = await listPages({
    async page(query) {
      const at = asked.push(query) - 1
      const page = pages[at] ?? 0
      if (typeof page === 'object') throw new ApiError(page.status, `status ${page.status}`)
      const more = at + 1 < pages.length ? { continue: `token ${at}` } : {}
      return { metadata: more, items: Array.from({ length: page }, (_, of) => ({ name: `${at}-${of}` })) }
    },
    parameters: { labelSelector: 'app=web' },
    read: ({ name }) => name,
    what: 'pods',
  })
  return { items, asked }
}

test('a list ends where the token to continue ends, also behind an empty page', async () => {
  // A server that filters gives a token as soon as there are more objects, whether or not one of them matches.
  assert.equal((await read(500, 0)).items.length, 500)
  assert.deepEqual((await read(0, 0, 2)).items, ['2-0', '2-1'])
  assert.deepEqual((await read(1, 1)).asked, [
    '?limit=500&labelSelector=app%3Dweb',
    '?limit=500&labelSelector=app%3Dweb&continue=token+0',
  ])
})

test('a token that has expired is answered by reading the whole list anew', async () => {
  const { items, asked } = await read(500, { status: 410 }, 3)
  assert.deepEqual(items, ['2-0', '2-1', '2-2'])
  assert.equal(asked[2], '?labelSelector=app%3Dweb')
  await assert.rejects(read({ status: 410 }), { status: 410 })
  await assert.rejects(read(500, { status: 500 }), { status: 500 })
  await assert.rejects(read(500, { status: 410 }, { status: 410 }), { status: 410 })
})

test('a list of empty pages without end is given up', async () => {
  await assert.rejects(read(...Array.from({ length: 200 }, () => 0)), { code: 'too-large' })
})

test('an object that is no list does not count as an empty one', () => {
  for (const other of [
    {},
    { kind: 'Pod', metadata: {} },
    { status: 'ok' },
    { items: null },
    { kind: 'PodList', items: 'x' },
  ])
    assert.throws(() => itemsOf(other, 'pods'), {
      code: 'unexpected-answer',
      message: 'the API server answered with an object that is no list when it was asked for pods',
      hint: /address of a Kubernetes API server/,
    })
  assert.deepEqual(itemsOf({ kind: 'PodList', items: null }, 'pods'), [])
  assert.deepEqual(itemsOf({ items: [{ a: 1 }] }, 'pods'), [{ a: 1 }])
})
