import { isNativePlugin } from '../extensions/wasm-plugin.ts'
import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/** A WebAssembly module; Istio's own let every request pass. */
export const wasm: HttpFilterType = {
  types: ['envoy.extensions.filters.http.wasm.v3.Wasm'],
  names: ['envoy.filters.http.wasm'],
  evaluate: ({ config }) => (isNativePlugin(config) ? continueWith() : undecided(because('module-can-answer', {}))),
}
