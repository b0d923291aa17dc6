import { createHmac } from 'node:crypto'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'

/** The keys of the providers: one secret. */
export const keys = JSON.stringify({ keys: [{ kty: 'oct', alg: 'HS256', k: 'c2VjcmV0', kid: '1' }] })

/** A token signed with the key that providers know. */
export function signed(claims: JsonObject): string {
  const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256', kid: '1' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', 'secret').update(text).digest('base64url')}`
}

/** Claims of tokens; a request that carries one of them carries a valid token. */
const tokens: readonly [JsonObject, ...JsonObject[]] = [
  { iss: 'i', sub: 's', groups: ['g', 'h'] },
  { iss: 'i', sub: 'other', aud: 'a' },
  { iss: 'j', sub: 's', exp: 4_000_000_000 },
  { iss: 'none' },
]
const bySignature: ReadonlyMap<string, JsonObject> = new Map(tokens.map((one) => [`Bearer ${signed(one)}`, one]))

/** Values of Authorization with a valid token. */
export const validHeaders: readonly string[] = [...bySignature.keys()]

/** The claims of the valid token in a request. */
export function claimsOf({ headers }: HttpRequest): JsonObject | undefined {
  const sent = headers.find(([name]) => name === 'authorization')?.[1] ?? ''
  return bySignature.get(sent)
}
