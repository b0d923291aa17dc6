import type { AxeResults } from 'axe-core'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** The rules of WCAG 2.2 A and AA, and what axe-core calls best practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Experimental, as axe-core says: it joins the texts of an SVG link without the space between them, and then misses them in its label. */
const left = { 'label-content-name-mismatch': { enabled: false } }

/**
 * What axe-core finds in a page as it stands, a line each: severity, rule, what it says, and the elements.
 * @param page needs no permission of the page's Content-Security-Policy
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ${JSON.stringify(tags)}, rules: ${JSON.stringify(left)}, resultTypes: ['violations'] })`,
  )
  return violations.map(
    ({ impact, id, help, nodes }) =>
      `${impact} ${id}: ${help}: ${nodes
        .slice(0, 5)
        .map(({ target, html }) => `${target.join(' ')} ${html.slice(0, 120)}`)
        .join('; ')}${nodes.length > 5 ? ` and ${nodes.length - 5} more` : ''}`,
  )
}
