import { platform } from '../../platform/node.ts'
import { objectOf } from '../json.ts'
import { holdsPrivateKey, unescaped } from './private-keys.ts'

/** Whether a key set (RFC 7517) is known to hold public keys only. @param field that the text stands in: `…bytes` holds base64 */
export function isPublicKeySet(text: string, field: string): boolean {
  const json = /bytes$/i.test(field) ? platform.utf8(platform.fromBase64(text)) : text
  try {
    const keys = objectOf(JSON.parse(json))
    const list = Array.isArray(keys.keys) ? keys.keys : [keys]
    return list.every((key) => ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'oth'].every((name) => !(name in objectOf(key))))
  } catch {
    // Envoy reads more than JSON.parse does: line ends in strings, for one.
    return !/["'](?:k|d|p|q|dp|dq|qi|oth)["']\s*:/.test(unescaped(json)) && !holdsPrivateKey(json)
  }
}
