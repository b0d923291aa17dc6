/** What a line of an access log can tell of a request or a connection, by names of this program. */
export const fieldNames = [
  'time',
  'method',
  'path',
  'protocol',
  'code',
  'flags',
  'details',
  'termination',
  'transportFailure',
  'downstreamFailure',
  'localClose',
  'bytesReceived',
  'bytesSent',
  'duration',
  'upstreamTime',
  'forwardedFor',
  'userAgent',
  'requestId',
  'authority',
  'upstreamHost',
  'cluster',
  'upstreamLocal',
  'downstreamLocal',
  'downstreamRemote',
  'sni',
  'route',
  'virtualCluster',
  'filterChain',
  'grpcStatus',
  'attempts',
  'scheme',
] as const

export type FieldName = (typeof fieldNames)[number]

/** One line of an access log, read. */
export interface LoggedRequest {
  /** The value of a field; undefined where the line does not have it, or has Envoy's `-` for nothing. */
  get(field: FieldName): string | undefined
  /** Other headers of the request that the format names, in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Whether the format has the field at all. */
  has(field: FieldName): boolean
  /** A field by its name in a format: `header:NAME` as well. */
  named(field: string): string | undefined
}

/** The place of each field in the values of a line. Headers are `header:NAME`. */
export type FieldPlaces = ReadonlyMap<string, number>

const headerPrefix = 'header:'

/** The name under which a format holds a header of the request that is no field of its own. */
export function headerField(name: string): string {
  return `${headerPrefix}${name}`
}

/** A line whose values were found in the order of its format. */
export class ReadLine implements LoggedRequest {
  readonly #places: FieldPlaces
  readonly #values: readonly (string | undefined)[]

  constructor(places: FieldPlaces, values: readonly (string | undefined)[]) {
    this.#places = places
    this.#values = values
  }

  get(field: FieldName): string | undefined {
    return this.#at(this.#places.get(field))
  }

  has(field: FieldName): boolean {
    return this.#places.has(field)
  }

  named(field: string): string | undefined {
    return this.#at(this.#places.get(field))
  }

  get headers(): readonly (readonly [string, string])[] {
    return [...this.#places].flatMap(([name, place]) => {
      const value = name.startsWith(headerPrefix) ? this.#at(place) : undefined
      return value === undefined ? [] : [[name.slice(headerPrefix.length), value] as const]
    })
  }

  #at(place: number | undefined): string | undefined {
    const value = place === undefined ? undefined : this.#values[place]
    return value === '-' || value === '' ? undefined : value
  }
}
