import { StoredPage } from '../../../src/page/read/stored-page.ts'

/** The data of a page, read as the page itself does. */
export function openPage(html: string): Promise<StoredPage> {
  const texts = new Map(
    [...html.matchAll(/<script type="application\/octet-stream" id="([^"]+)">([^<]*)<\/script>/g)].map(
      ([, id = '', text = '']) => [id, text],
    ),
  )
  return StoredPage.open((id) => {
    const text = texts.get(id)
    if (text === undefined) throw new Error(`the page has no element ${id}`)
    return text
  })
}
