import { gzipSync } from 'node:zlib'
import {
  elementIds,
  type PageIndex,
  type ProxyFacts,
  type Recipe,
  type StoredTable,
  type StoredTraceFacts,
} from '../format.ts'
import type { PackedDump, PackedField } from './packed-dump.ts'

/** Takes a piece of the page's HTML; resolves when there is room for more. */
export type WriteHtml = (html: string) => Promise<void>

/** A proxy as it goes into a page. */
export interface PackedProxy {
  readonly facts: Omit<ProxyFacts, 'recipe'>
  readonly packed: PackedDump
  readonly trace: StoredTraceFacts
  readonly tables: Readonly<Record<string, StoredTable>>
}

/** Characters of JSON that are packed together: so much is unpacked for the first thing of it that is shown. */
const chunkSize = 2 ** 18

/** Makes the data of a page of proxies that come one after the other. Nothing of them is held but the hashes of resources. */
export class PageEncoder {
  readonly #write: WriteHtml
  readonly #numbers = new Map<string, number>()
  /** Resources that came and that no proxy in the page has yet. */
  readonly #waiting = new Map<string, string>()
  readonly #proxies: ProxyFacts[] = []
  readonly #ids = new Set<string>()
  readonly #firstResources: number[] = []
  #resources: string[] = []
  #resourcesSize = 0
  #recipes: string[] = []
  #recipesSize = 0
  #recipeChunks = 0

  constructor(write: WriteHtml) {
    this.#write = write
  }

  /** Takes resources that proxies will have, by their hash. */
  take(added: ReadonlyMap<string, string>): void {
    for (const [hash, text] of added) if (!this.#numbers.has(hash)) this.#waiting.set(hash, text)
  }

  /** Adds a proxy whose resources were taken. @returns its identifier in the page */
  async add({ facts, packed, trace, tables }: PackedProxy): Promise<string> {
    const sections: Recipe['sections'][number][] = []
    for (const { type, fields } of packed.sections) {
      const numbered: Recipe['sections'][number]['fields'][number][] = []
      for (const field of fields) numbered.push(await this.#numbered(field))
      sections.push({ type, fields: numbered })
    }
    const { values, notes, cut, certificates } = packed
    const recipe: Recipe = {
      sections,
      values,
      notes,
      ...(cut === undefined ? {} : { cut }),
      ...(certificates === undefined ? {} : { certificates: await this.#number(certificates) }),
      trace,
      tables,
    }
    const id = this.#freeId(facts)
    this.#proxies.push({ ...facts, id, recipe: [this.#recipeChunks, this.#recipes.length] })
    const text = JSON.stringify(recipe)
    this.#recipes.push(text)
    this.#recipesSize += text.length
    if (this.#recipesSize >= chunkSize) await this.#writeRecipes()
    return id
  }

  /** Proxies of several clusters, and files of several archives, can have one name. */
  #freeId({ id, context }: Omit<ProxyFacts, 'recipe'>): string {
    let free = id
    if (this.#ids.has(free) && context !== undefined) free = `${context}/${id}`
    for (let count = 2; this.#ids.has(free); count++) free = `${id}-${count}`
    this.#ids.add(free)
    return free
  }

  /** Writes what is left, and the index. */
  async end(index: Omit<PageIndex, 'version' | 'proxies' | 'firstResources'>): Promise<void> {
    await this.#writeResources()
    await this.#writeRecipes()
    const whole: PageIndex = {
      version: 1,
      ...index,
      proxies: this.#proxies,
      firstResources: this.#firstResources,
    }
    await this.#write(dataElement(elementIds.index, JSON.stringify(whole)))
  }

  async #numbered(field: PackedField): Promise<Recipe['sections'][number]['fields'][number]> {
    if ('value' in field) return field
    if ('resource' in field) return { name: field.name, resource: await this.#number(field.resource) }
    let before = 0
    const members: number[] = []
    for (const hash of field.members) {
      const number = await this.#number(hash)
      members.push(number - before)
      before = number
    }
    return { name: field.name, members, own: field.own }
  }

  async #number(hash: string): Promise<number> {
    const known = this.#numbers.get(hash)
    if (known !== undefined) return known
    const text = this.#waiting.get(hash)
    if (text === undefined) throw new Error(`the resource ${hash} was not taken`)
    this.#waiting.delete(hash)
    const number = this.#numbers.size
    this.#numbers.set(hash, number)
    if (this.#resources.length === 0) this.#firstResources.push(number)
    this.#resources.push(text)
    this.#resourcesSize += text.length
    if (this.#resourcesSize >= chunkSize) await this.#writeResources()
    return number
  }

  async #writeResources(): Promise<void> {
    if (this.#resources.length === 0) return
    const id = elementIds.resources(this.#firstResources.length - 1)
    const json = `[${this.#resources.join(',')}]`
    this.#resources = []
    this.#resourcesSize = 0
    await this.#write(dataElement(id, json))
  }

  async #writeRecipes(): Promise<void> {
    if (this.#recipes.length === 0) return
    const json = `[${this.#recipes.join(',')}]`
    const id = elementIds.recipes(this.#recipeChunks)
    this.#recipes = []
    this.#recipesSize = 0
    this.#recipeChunks += 1
    await this.#write(dataElement(id, json))
  }
}

/** Base64 has no character that means something to HTML. */
function dataElement(id: string, json: string): string {
  return `<script type="application/octet-stream" id="${id}">${gzipSync(json).toString('base64')}</script>\n`
}
