import { isObject, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A module is fetched and not checked. */
export const wasmRemoteWithoutSha: Rule = {
  id: 'wasm-remote-without-sha',
  profile: 'strict',
  severity: 'warning',
  title: 'A module is fetched and not checked',
  detects: 'Wasm `code.remote` without `sha256`.',
  impact: 'Whoever can change what the address serves runs code in every proxy.',
  fix: 'Give the checksum.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/wasm_filter'],
  check: {
    *manager({ filters }) {
      for (const { name, message, config } of filters) {
        const remote = objectOf(objectOf(objectOf(config.config).vm_config).code).remote
        if (message === 'Wasm' && isObject(remote) && !remote.sha256)
          yield { message: `filter ${name} fetches a module without a checksum` }
      }
    },
  },
}
