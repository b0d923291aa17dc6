import { type Child, element, replaceChildren } from '../element.ts'
import type { PageData } from '../proxies.ts'

/** What stands around every place of the page. */
interface Shell {
  readonly main: HTMLElement
  /** Marks the place in the navigation. @param word the first part of its address */
  mark(word: string): void
}

/** Draws the shell. @throws Error when there is no body */
export function drawShell({ index, proxies }: PageData): Shell {
  const main = element('main', { id: 'main', tabindex: -1 })
  const list = element('ul')
  const places = [
    { word: 'overview', text: 'Overview', isThere: true },
    { word: 'findings', text: 'Findings', isThere: index.tables.findings !== undefined },
    { word: 'certificates', text: 'Certificates', isThere: index.tables.certificates !== undefined },
    { word: 'status', text: 'Sync status', isThere: index.tables.status !== undefined },
    { word: 'diff', text: 'Diff', isThere: proxies.length > 1 },
  ].filter(({ isThere }) => isThere)
  document.body.prepend(
    element('button', { type: 'button', class: 'skip', click: () => main.focus() }, 'Skip to the content'),
    element('header', {}, element('nav', { 'aria-label': 'Page' }, list), element('p', {}, sourceOf(index.source))),
    main,
    element(
      'footer',
      {},
      element(
        'p',
        {},
        `Written ${index.written} by ${index.program}. Nothing is loaded or sent; secrets are not in it.`,
      ),
    ),
  )
  return {
    main,
    mark(word) {
      const link = (each: { readonly word: string; readonly text: string }): Child =>
        element(
          'li',
          {},
          element('a', { href: `#${each.word}`, 'aria-current': each.word === word ? 'page' : undefined }, each.text),
        )
      replaceChildren(list, ...places.map(link))
    },
  }
}

function sourceOf(source: string): string {
  return source.length > 200 ? `${source.slice(0, 200).toWellFormed()}…` : source
}
