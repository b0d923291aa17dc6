/** A template of kubectl's -o jsonpath, parsed: texts, and what stands in braces. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly parts: readonly PathPart[] }
  /** `{range PATH}…{end}`; to the end of the template where the end is missing. */
  | { readonly kind: 'range'; readonly parts: readonly PathPart[]; readonly body: readonly TemplateNode[] }

/** One step of a path. Each is taken from every value that the step before it gave. */
export type PathPart =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | Slice
  /** Of each member in turn, what it gives for all values. */
  | { readonly kind: 'union'; readonly paths: readonly (readonly PathPart[])[] }
  | Filter
  /** A quoted text, a number or a truth value: it stands in place of what was found. */
  | { readonly kind: 'literal'; readonly value: string | number | boolean }

/** `[2]`, `[1:3]`, `[*]`. A number that was left out is absent. */
export interface Slice {
  readonly kind: 'slice'
  readonly from?: number
  readonly to?: number
  readonly step?: number
  /** `[2]`: one place, which `to` does not say. */
  readonly isIndex: boolean
}

/** `[?(LEFT OPERATOR RIGHT)]`, or `[?(LEFT)]`, which asks whether there is such a thing. */
export interface Filter {
  readonly kind: 'filter'
  readonly left: readonly PathPart[]
  readonly comparison?: { readonly operator: string; readonly right: readonly PathPart[] }
}
