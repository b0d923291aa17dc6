import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'

/**
 * Whether a Wasm filter is one of Istio's own plugins (metadata exchange, stats, of 1.5 to 1.18): compiled into the proxy or
 * part of its image, and let every request pass.
 */
export function isNativePlugin(config: JsonObject): boolean {
  const vm = objectOf(objectOf(config.config).vm_config)
  const { inline_string: name, filename } = objectOf(objectOf(vm.code).local)
  return (
    vm.runtime === 'envoy.wasm.runtime.null' ||
    /^envoy\.wasm\./.test(stringOf(name) ?? '') ||
    /^\/etc\/istio\/extensions\/(stats|metadata-exchange)-filter\./.test(stringOf(filename) ?? '')
  )
}
