import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { type ElementText, StoredPage } from '../../../src/page/read/stored-page.ts'

/** The elements of data of a page, by their identifiers. */
export function elementsOf(html: string): ReadonlyMap<string, string> {
  return new Map(
    [...html.matchAll(/<script type="application\/octet-stream" id="([\w-]+)">([A-Za-z0-9+/=]*)<\/script>/g)].map(
      ([, id = '', text = '']) => [id, text],
    ),
  )
}

/** A page as a browser reads it. */
export async function storedPageOf(html: string): Promise<StoredPage> {
  const elements = elementsOf(html)
  const text: ElementText = (id) => {
    const found = elements.get(id)
    assert.ok(found !== undefined, id)
    return found
  }
  return await StoredPage.open(text)
}

/** All that is packed in a page, as JSON. */
export function unpackedTexts(html: string): string[] {
  return [...elementsOf(html).values()].map((text) => gunzipSync(Buffer.from(text, 'base64')).toString())
}
