import { escapeControls } from '../../../output/text/escape.ts'
import { placeOf } from '../../read/place.ts'
import { StoredPage } from '../../read/stored-page.ts'
import { element, replaceChildren } from '../element.ts'
import { type PageData, pageData } from '../proxies.ts'
import { views } from '../views/index.ts'
import { listenToKeys } from './keys.ts'
import { proxyNavigation } from './proxy-navigation.ts'
import { drawShell } from './shell.ts'

/** The start of the page: reads the index and shows the place that the address names, and each that it names later. */
async function start(): Promise<void> {
  const stored = await StoredPage.open((id) => {
    const found = document.getElementById(id)
    if (found === null) throw new Error(`the page lacks its part ${id}`)
    return found.textContent ?? ''
  })
  const page = pageData(stored)
  const shell = drawShell(page)
  listenToKeys(shell.main)
  const show = () => void showPlace(shell, page)
  window.addEventListener('hashchange', () => {
    shell.main.focus({ preventScroll: true })
    scrollTo(0, 0)
    show()
  })
  show()
}

/** Counts what was asked to be shown: what comes late of an earlier place is not. */
let asked = 0

async function showPlace({ main, mark }: ReturnType<typeof drawShell>, page: PageData): Promise<void> {
  asked += 1
  const current = asked
  main.setAttribute('aria-busy', 'true')
  const place = placeOf(location.hash.length > 1 ? location.hash : (page.index.start ?? '#overview'))
  const view = views.find((each) => each.shows(place))
  const title = shortened(view?.title(place) ?? 'Not in this page')
  const host = element('div', {})
  let navigation: HTMLElement | undefined
  try {
    navigation = await proxyNavigation(place, page)
    if (view === undefined) throw new Error(`The page has no place ${shortened(location.hash)}.`)
    await view.show(host, place, page)
  } catch (error) {
    host.append(element('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)))
  }
  if (current !== asked) return
  mark(place.parts[0] ?? '')
  document.title = escapeControls(title)
  replaceChildren(main, element('h1', {}, title), navigation, host)
  main.setAttribute('aria-busy', 'false')
}

/** The beginning of a name that is too long for a heading. */
function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text
}

void start()
