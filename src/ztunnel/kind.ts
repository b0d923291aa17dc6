import type { JsonObject } from '../envoy/json.ts'
import type { Cell, Tones, ViewColumn } from '../view.ts'
import type { ZtunnelDump, ZtunnelSection } from './dump.ts'
import type { ZtunnelWord } from './words.ts'

/** What is wanted of a dump; everything when nothing is set. Texts are compared whole, in any case. */
export interface ZtunnelFilters {
  readonly address?: string | undefined
  readonly workloadNamespace?: string | undefined
  readonly workloadNode?: string | undefined
  readonly serviceNamespace?: string | undefined
  readonly policyNamespace?: string | undefined
  readonly direction?: string | undefined
  /** Leave addresses of connections as they are, instead of naming what they belong to. */
  readonly raw?: boolean | undefined
  /** The one workload that the user named as target. */
  readonly workload?: { readonly name: string; readonly namespace: string } | undefined
}

export interface ZtunnelRow {
  /** For `-o name`. */
  readonly name: string
  readonly cells: readonly Cell[]
  readonly tones?: Tones
  /** The entry it was made from. */
  readonly source: JsonObject
}

/** A kind of entry in ztunnel's dump, as data. */
export interface ZtunnelKind extends ZtunnelWord {
  /** Singular, as in `-o name`. */
  readonly kind: string
  /** Where its entries stand in the dump. */
  readonly section: ZtunnelSection
  /** Heading in `all --with-headers`, as istioctl writes it. */
  readonly heading: string
  /** Differs from ztunnel to ztunnel: one must be named when there are several. */
  readonly ofOneNode?: true
  readonly columns: readonly ViewColumn[]
  /** @param now decides what is expired */
  rows(dump: ZtunnelDump, filters: ZtunnelFilters, now: Date): ZtunnelRow[]
}

/** Whether a value is the wanted one; true when nothing is wanted, which is also what an empty text says. */
export function wants(wanted: string | undefined, ...values: readonly (string | undefined)[]): boolean {
  return !wanted || values.some((value) => value?.toLowerCase() === wanted.toLowerCase())
}
