import type { Page } from 'playwright-core'

/** Goes to a place of the page, as a click on a link to it does, and waits until it is shown. */
export async function go(page: Page, fragment: string): Promise<void> {
  // The page hears of a new address later; until then the place before it is still shown.
  await page.evaluate<void>(`new Promise((done) => {
    const before = location.href
    addEventListener('hashchange', () => done(), { once: true })
    location.hash = ${JSON.stringify(fragment)}
    if (location.href === before) done()
  })`)
  await shown(page)
}

/** Does what leads to another place, and waits until that is shown. */
export async function follow(page: Page, lead: () => Promise<unknown>): Promise<void> {
  const changed = page.evaluate<void>(
    `new Promise((done) => addEventListener('hashchange', () => done(), { once: true }))`,
  )
  await lead()
  await changed
  await shown(page)
}

/** Waits until the place that the address names is shown. */
export async function shown(page: Page): Promise<void> {
  await page.locator('main[aria-busy="false"]').waitFor()
}

/** The fragments that the place links to, without `#`. */
export async function linksOf(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(
    `[...new Set([...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href').slice(1)))]`,
  )
}

/**
 * Visits places, from where the page is to all that lead from there, until there are no more or as many as `limit`. Places of the same
 * shape (`proxy/…/cluster/…`) are taken in turn with those of others.
 */
export async function visitPlaces(
  page: Page,
  limit: number,
  visit: (fragment: string) => Promise<void>,
): Promise<string[]> {
  const known = new Set<string>()
  const waiting = new Map<string, string[]>()
  const visited: string[] = []
  const add = (links: readonly string[]) => {
    for (const link of links) {
      if (known.has(link)) continue
      known.add(link)
      const shape = shapeOf(link)
      waiting.set(shape, [...(waiting.get(shape) ?? []), link])
    }
  }
  await shown(page)
  add(await linksOf(page))
  while (visited.length < limit && waiting.size > 0)
    for (const [shape, links] of [...waiting]) {
      const link = links.shift()
      if (link === undefined) waiting.delete(shape)
      if (link === undefined || visited.length === limit) continue
      await go(page, link)
      await visit(link)
      visited.push(link)
      add(await linksOf(page))
    }
  return visited
}

/** A fragment without the names in it: each second part is one. */
export function shapeOf(fragment: string): string {
  const [path = '', query] = fragment.split('?')
  const shape = path.split('/').map((part, index) => (index % 2 === 0 ? part : '*'))
  return `${shape.join('/')}${query === undefined ? '' : '?'}`
}
