import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { Section } from '../../envoy/dump/section.ts'
import { SectionDump } from '../../envoy/dump/section-dump.ts'
import type { Json, JsonObject } from '../../envoy/json.ts'
import { isObject } from '../../envoy/json.ts'
import { type CertificateFact, knowCertificates, knowSignatures } from '../../platform/stored-x509.ts'
import {
  elementIds,
  type PageIndex,
  type ProxyFacts,
  type Recipe,
  type RecipeField,
  type RecipeSection,
} from '../format.ts'
import { withOwnValues } from '../own-values.ts'

/** The text of an element of data, by its identifier. @throws Error when there is none */
export type ElementText = (id: string) => string

/** What a page holds, unpacked when it is asked for. */
export class StoredPage {
  readonly index: PageIndex
  readonly #text: ElementText
  readonly #resources = new Map<number, Promise<readonly Json[]>>()

  private constructor(index: PageIndex, text: ElementText) {
    this.index = index
    this.#text = text
  }

  static async open(text: ElementText): Promise<StoredPage> {
    const index = (await unpacked(text(elementIds.index))) as unknown as PageIndex
    knowSignatures(index.signatures ?? [])
    return new StoredPage(index, text)
  }

  async recipe({ recipe: [chunk, at] }: ProxyFacts): Promise<Recipe> {
    const recipes = (await unpacked(this.#text(elementIds.recipes(chunk)))) as unknown as readonly Recipe[]
    const recipe = recipes[at]
    if (recipe === undefined) throw new Error(`the page lacks recipe ${at} of ${chunk}`)
    return recipe
  }

  /** The dump that a recipe makes. Resources that dumps share are the same objects in all of them. */
  async dump(recipe: Recipe): Promise<ConfigDump> {
    const { sections, certificates } = recipe
    const numbers = [...sections.flatMap(({ fields }) => fields.flatMap(resourcesOf)), ...[certificates ?? []].flat()]
    const chunks = [...new Set(numbers.map((number) => this.#chunkOf(number)))]
    const loaded = new Map(await Promise.all(chunks.map(async (chunk) => [chunk, await this.#load(chunk)] as const)))
    const resource = (number: number): Json => {
      const chunk = this.#chunkOf(number)
      return loaded.get(chunk)?.[number - (this.index.firstResources[chunk] ?? 0)] ?? null
    }
    // Written by this program.
    if (certificates !== undefined) knowCertificates(resource(certificates) as unknown as readonly CertificateFact[])
    return new SectionDump(
      sections.map((section) => sectionOf(section, recipe, resource)),
      recipe.notes,
      recipe.cut,
    )
  }

  #chunkOf(number: number): number {
    const starts = this.index.firstResources
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= number) low = middle
      else high = middle - 1
    }
    return low
  }

  #load(chunk: number): Promise<readonly Json[]> {
    const known = this.#resources.get(chunk)
    if (known !== undefined) return known
    const loading = unpacked(this.#text(elementIds.resources(chunk))) as Promise<readonly Json[]>
    this.#resources.set(chunk, loading)
    return loading
  }
}

function sectionOf({ type, fields }: RecipeSection, { values }: Recipe, resource: (number: number) => Json): Section {
  let made: JsonObject | undefined
  return {
    type,
    value() {
      made ??= Object.fromEntries(fields.map((field) => [field.name, fieldValue(field, values, resource)]))
      return made
    },
  }
}

function fieldValue(field: RecipeField, values: readonly Json[], resource: (number: number) => Json): Json {
  if ('value' in field) return field.value
  if ('resource' in field) return resource(field.resource)
  let at = 0
  const own = () => values[field.own[at++] ?? -1] ?? null
  return resourcesOf(field).map((number) => {
    const member = resource(number)
    return isObject(member) ? withOwnValues(member, own) : member
  })
}

/** The numbers of the resources of a field. */
function resourcesOf(field: RecipeField): number[] {
  if ('resource' in field) return [field.resource]
  if ('value' in field) return []
  let number = 0
  return field.members.map((difference) => {
    number += difference
    return number
  })
}

/** JSON of base64 of gzip. */
async function unpacked(text: string): Promise<Json> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return (await new Response(stream).json()) as Json
}
