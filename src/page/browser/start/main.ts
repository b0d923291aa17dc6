import { placeOf } from '../../read/place.ts'
import { StoredPage } from '../../read/stored-page.ts'
import { element, replaceChildren } from '../element.ts'
import { type PageData, pageData } from '../proxies.ts'
import { views } from '../views/index.ts'

/** The start of the page: reads the index and shows the place that the address names, and each that it names later. */
async function start(): Promise<void> {
  const stored = await StoredPage.open((id) => {
    const found = document.getElementById(id)
    if (found === null) throw new Error(`the page lacks its part ${id}`)
    return found.textContent ?? ''
  })
  const page = pageData(stored)
  const main = element('main', { id: 'main', tabindex: -1 })
  document.body.prepend(
    element(
      'header',
      {},
      element('a', { href: '#overview' }, 'Overview'),
      ' ',
      element('span', {}, `${stored.index.source}, ${stored.index.written}`),
    ),
    main,
  )
  const show = () => void showPlace(main, page)
  window.addEventListener('hashchange', show)
  show()
}

/** Counts what was asked to be shown: what comes late of an earlier place is not. */
let asked = 0

async function showPlace(main: HTMLElement, page: PageData): Promise<void> {
  asked += 1
  const current = asked
  main.setAttribute('aria-busy', 'true')
  const place = placeOf(location.hash.length > 1 ? location.hash : (page.index.start ?? ''))
  const view = views.find((each) => each.shows(place))
  const title = view?.title(place) ?? 'Not in this page'
  document.title = title
  const host = element('div', {})
  try {
    if (view === undefined) throw new Error(`The page has no place ${location.hash}.`)
    await view.show(host, place, page)
  } catch (error) {
    host.append(element('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)))
  }
  if (current !== asked) return
  replaceChildren(main, element('h1', {}, title), host)
  main.setAttribute('aria-busy', 'false')
}

void start()
