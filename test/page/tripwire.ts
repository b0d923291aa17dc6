import type { BrowserContext } from 'playwright-core'

/** The function that hostile texts call; that it exists makes each call noticed, whatever runs it. */
export const trap = 'ranFromText'

export interface Tripwire {
  /** All that a page of this program may not do and this one did, since it was asked last; each as a line. */
  noticed(): Promise<string[]>
}

/** Runs in every document before its own scripts: keeps what only the document itself hears of. */
const inDocument = `
  globalThis.noticedInDocument = []
  const notice = (line) => globalThis.noticedInDocument.push(line)
  globalThis.${trap} = (what) => notice('a text ran: ' + what)
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    notice('refused by the Content-Security-Policy: ' + effectiveDirective + ' ' + blockedURI))
  const plain = Reflect.ownKeys(Object.prototype).length
  globalThis.prototypeChanged = () => Reflect.ownKeys(Object.prototype).length !== plain
`

/** What is looked at when the page is asked: what stands in the document that text alone cannot have made. */
const askDocument = `[
  ...globalThis.noticedInDocument.splice(0),
  ...(globalThis.prototypeChanged() ? ['Object.prototype was changed'] : []),
  ...[...document.querySelectorAll('script:not([type="application/octet-stream"], [type="text/plain"])')].slice(1)
    .map(({ outerHTML }) => 'a second script: ' + outerHTML.slice(0, 100)),
  ...[...document.querySelectorAll('img, iframe, object, embed, link[href], base, video, audio, portal, foreignObject, [srcdoc], [formaction]')]
    .map(({ outerHTML }) => 'an element that loads: ' + outerHTML.slice(0, 100)),
  ...[...document.querySelectorAll('a[href], area[href], use, [*|href]')]
    .filter((each) => !(each.getAttribute('href') ?? each.getAttributeNS('http://www.w3.org/1999/xlink', 'href')).startsWith('#'))
    .filter((each) => !each.hasAttribute('data-outside'))
    .map(({ outerHTML }) => 'a link that leads out: ' + outerHTML.slice(0, 100)),
  ...[...document.querySelectorAll('*')]
    .flatMap(({ attributes }) => [...attributes]).filter(({ name }) => /^on/i.test(name))
    .map(({ name, value }) => 'an attribute that runs: ' + name + '=' + value.slice(0, 100)),
]`

/** Watches everything that the pages of a window do: requests, dialogs, errors, downloads, other windows, texts that run. */
export async function watch(context: BrowserContext): Promise<Tripwire> {
  const lines: string[] = []
  const first = new Set<string>()
  await context.addInitScript({ content: inDocument })
  context.on('request', (request) => {
    const [address = ''] = request.url().split('#')
    // The file itself, each time it is opened, is the one request there may be.
    if (request.isNavigationRequest() && first.size === 0) first.add(address)
    if (!request.isNavigationRequest() || !first.has(address)) lines.push(`a request: ${request.url().slice(0, 200)}`)
  })
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) lines.push(`console: ${message.text().slice(0, 300)}`)
  })
  context.on('weberror', (error) => lines.push(`an error: ${error.error().message.slice(0, 300)}`))
  context.on('dialog', async (dialog) => {
    lines.push(`a dialog: ${dialog.message().slice(0, 200)}`)
    await dialog.dismiss()
  })
  context.on('page', (page) => {
    page.on('popup', (popup) => lines.push(`another window: ${popup.url().slice(0, 200)}`))
    page.on('websocket', (socket) => lines.push(`a WebSocket: ${socket.url().slice(0, 200)}`))
    page.on('download', (download) => lines.push(`a download: ${download.suggestedFilename()}`))
    page.on('worker', (worker) => lines.push(`a worker: ${worker.url().slice(0, 200)}`))
  })
  return {
    async noticed() {
      const inside: string[] = []
      for (const page of context.pages()) inside.push(...(await page.evaluate<string[]>(askDocument)))
      return [...lines.splice(0), ...inside]
    },
  }
}
