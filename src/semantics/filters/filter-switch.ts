import { isObject, type JsonObject, stringOf } from '../../envoy/json.ts'
import type { RouteContext } from '../routes/route-match.ts'

type Draw = Pick<RouteContext, 'runtime' | 'chance'>

/**
 * Whether a filter is on for this request by a `RuntimeFractionalPercent` such as `filter_enabled`; chance decides shares between.
 * @param absent the share, of 100, where the configuration has none
 */
export function isOn(percent: unknown, { runtime, chance }: Draw, absent = 100): boolean {
  const share = isObject(percent) ? percent : { default_value: { numerator: absent } }
  const { numerator, denominator } = runtime.fraction(share)
  return chance.draw([Math.min(numerator, denominator), Math.max(0, denominator - numerator)]) === 0
}

/** Whether such a share lets no request through. */
export function isNever(percent: unknown, { runtime }: Draw, absent = 100): boolean {
  const share = isObject(percent) ? percent : { default_value: { numerator: absent } }
  return runtime.fraction(share).numerator <= 0
}

/** A `RuntimeFeatureFlag`. @param absent what holds where the configuration has none */
export function flagOf(flag: unknown, { runtime }: Draw, absent: boolean): boolean {
  if (!isObject(flag)) return absent
  const override = runtime.value(stringOf(flag.runtime_key) ?? '')
  if (typeof override === 'boolean') return override
  return flag.default_value === true
}

/** The field of a configuration that switches its filter off for this request; undefined where it is on. */
export function switchedOffBy(config: JsonObject, field: string, draw: Draw, absent = 100): string | undefined {
  return isOn(config[field], draw, absent) ? undefined : field
}
