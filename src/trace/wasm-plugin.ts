import { type JsonObject, objectOf, stringOf } from '../envoy/json.ts'

/**
 * Whether a Wasm filter is one of Istio's own plugins (metadata exchange, stats, of 1.5 to 1.18): they are compiled into the proxy,
 * named instead of a module, and let every request pass.
 */
export function isNativePlugin(config: JsonObject): boolean {
  const vm = objectOf(objectOf(config.config).vm_config)
  const code = stringOf(objectOf(objectOf(vm.code).local).inline_string)
  return vm.runtime === 'envoy.wasm.runtime.null' || /^envoy\.wasm\./.test(code ?? '')
}
