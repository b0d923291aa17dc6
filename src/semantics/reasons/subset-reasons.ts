import type { Texts } from './texts.ts'

/** How subset load balancing narrows the choice of endpoints. */
export interface SubsetReasons {
  'subset-chosen': { readonly subset: string }
  'subset-fallback': SubsetFallback
}

/** Why no subset was found, and what Envoy does then. */
export interface SubsetFallback {
  /** The metadata asked for, `version=v1`; empty when none was. */
  readonly subset: string
  readonly cause: 'not-asked' | 'no-selector' | 'empty'
  readonly fallback: 'none' | 'any-endpoint' | 'default-subset' | 'panic'
}

const causes: Readonly<Record<SubsetFallback['cause'], (subset: string) => string>> = {
  'not-asked': () => 'no subset asked for',
  'no-selector': (subset) => `no selector for ${subset}`,
  empty: (subset) => `subset ${subset} is empty`,
}

const fallbacks: Readonly<Record<SubsetFallback['fallback'], string>> = {
  none: ' and there is no fallback',
  'any-endpoint': ', falls back to any endpoint',
  'default-subset': ', falls back to the default subset',
  panic: ', panic mode uses any endpoint',
}

export function subsetFallbackText({ subset, cause, fallback }: SubsetFallback): string {
  return `${causes[cause](subset)}${fallbacks[fallback]}`
}

export const subsetTexts: Texts<SubsetReasons> = {
  'subset-chosen': ({ subset }) => `subset ${subset}`,
  'subset-fallback': subsetFallbackText,
}
