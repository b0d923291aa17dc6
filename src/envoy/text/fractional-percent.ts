import { type JsonObject, numberOf, scalarText } from '../json.ts'

export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

const denominators: ReadonlyMap<string, number> = new Map([
  ['HUNDRED', 100],
  ['TEN_THOUSAND', 10_000],
  ['MILLION', 1_000_000],
])

/** `envoy.type.v3.FractionalPercent`; a missing numerator is 0. */
export function fractionOf(percent: JsonObject): Fraction {
  return {
    numerator: numberOf(percent.numerator) ?? 0,
    denominator: denominators.get(scalarText(percent.denominator)) ?? 100,
  }
}
