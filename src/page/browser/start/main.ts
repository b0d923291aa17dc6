import { escapeControls } from '../../../output/text/escape.ts'
import { placeOf } from '../../read/place.ts'
import { StoredPage } from '../../read/stored-page.ts'
import { element, replaceChildren } from '../element.ts'
import { cutText } from '../long-text.ts'
import { type PageData, pageData } from '../proxies.ts'
import { views } from '../views/index.ts'
import { listenForKeys } from './keys.ts'
import { makeShell, type Shell } from './shell.ts'

/** The start of the page: reads the index and shows the place that the address names, and each that it names later. */
async function start(): Promise<void> {
  const stored = await StoredPage.open((id) => {
    const found = document.getElementById(id)
    if (found === null) throw new Error(`the page lacks its part ${id}`)
    return found.textContent ?? ''
  })
  const page = pageData(stored)
  const shell = makeShell(page)
  listenForKeys(shell.main)
  window.addEventListener('hashchange', () => void showPlace(shell, page, true))
  await showPlace(shell, page, false)
}

/** Counts what was asked to be shown: what comes late of an earlier place is not. */
let asked = 0

/** @param isMove whether the reader came from another place: the focus then goes to the new one */
async function showPlace({ main, mark }: Shell, page: PageData, isMove: boolean): Promise<void> {
  asked += 1
  const current = asked
  main.setAttribute('aria-busy', 'true')
  const place = placeOf(location.hash.length > 1 ? location.hash : (page.index.start ?? ''))
  const view = views.find((each) => each.shows(place))
  const title = view?.title(place) ?? 'Not in this page'
  const host = element('div', {})
  try {
    if (view === undefined) throw new Error(`The page has no place ${location.hash}.`)
    await view.show(host, place, page)
  } catch (error) {
    host.append(
      element(
        'p',
        { class: 'error', role: 'alert' },
        error instanceof Error ? error.message : String(error),
        ' ',
        element('a', { href: '#overview' }, 'Overview'),
      ),
    )
  }
  if (current !== asked) return
  document.title = escapeControls(cutText(title))
  mark(place.parts[0] ?? 'overview')
  const heading = element('h1', { tabindex: -1 }, cutText(title))
  replaceChildren(main, heading, host)
  main.setAttribute('aria-busy', 'false')
  if (!isMove) return
  window.scrollTo(0, 0)
  heading.focus({ preventScroll: true })
}

start().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  document.body.prepend(element('p', { class: 'error', role: 'alert' }, `This page cannot be shown: ${text}`))
})
