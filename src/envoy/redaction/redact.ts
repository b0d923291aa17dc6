import { platform } from '../../platform/node.ts'
import type { Json, JsonObject } from '../json.ts'
import { isSensitive, redacted } from './sensitive-fields.ts'

/**
 * Hides every secret in a value, in place, and returns the value: fields that Envoy's API marks sensitive, in either case of their
 * names, and private keys wherever they stand. Envoy redacts its dumps itself; old versions, control planes and bootstrap files
 * do not. Names of files and environment variables stay, as does every `@type`.
 */
export function redact<T>(value: T): T {
  const open: unknown[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) items(next, open)
    else if (typeof next === 'object' && next !== null) fields(next as JsonObject, open)
  }
  return value
}

function items(list: unknown[], open: unknown[]): void {
  for (const [index, item] of list.entries()) {
    if (typeof item === 'string') {
      if (isPrivateKey(item)) list[index] = redacted
    } else if (typeof item === 'object' && item !== null) open.push(item)
  }
}

function fields(object: JsonObject, open: unknown[]): void {
  for (const key in object) {
    const value = object[key]
    if (typeof value === 'string') {
      if (isPrivateKey(value)) object[key] = hidden(key)
      else if (value !== '' && isSensitive(key, value)) object[key] = hidden(key)
    } else if (typeof value === 'object' && value !== null) {
      if (isSensitive(key, value)) hide(value)
      else if (key === 'local_jwks' || key === 'localJwks') hideJwks(value)
      else open.push(value)
    }
  }
}

/** Every text in a sensitive value, but what only says where the secret is or what kind it is. */
function hide(value: Json): void {
  const open: Json[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const object = next as JsonObject
    for (const key in object) {
      const item = object[key]
      if (typeof item === 'string') {
        if (item !== '' && !shown.has(key)) object[key] = hidden(key)
      } else if (item !== undefined) open.push(item)
    }
  }
}

const shown = new Set([
  '@type',
  'type_url',
  'typeUrl',
  'filename',
  'environment_variable',
  'environmentVariable',
  'client',
  'path',
  'provider_name',
  'providerName',
])

/** Bytes are base64 in protobuf-JSON; Envoy writes the same. */
function hidden(key: string): string {
  return key === 'inline_bytes' || key === 'inlineBytes' ? 'W3JlZGFjdGVkXQ==' : redacted
}

const base64Pem = 'LS0tLS1CRUdJTi'

/** A PEM block of a private key, also as the base64 of bytes. */
function isPrivateKey(text: string): boolean {
  if (text.length < 40) return false
  if (text.startsWith(base64Pem)) return /PRIVATE KEY-----/.test(platform.latin1(platform.fromBase64(text)))
  return text.includes('PRIVATE KEY-----')
}

/** A key set that holds symmetric or private keys (RFC 7517: members `k` and `d`) is a secret; public keys are not. */
function hideJwks(source: Json): void {
  const object = source as JsonObject
  for (const key in object) {
    const item = object[key]
    if (typeof item !== 'string' || shown.has(key)) continue
    const text = /bytes$/i.test(key) ? platform.latin1(platform.fromBase64(item)) : item
    if (/"(?:k|d)"\s*:\s*"/.test(text)) object[key] = hidden(key)
  }
}
