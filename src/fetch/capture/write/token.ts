import { scryptSync } from 'node:crypto'

/** Cost of a guess: 8 MB and some 20 ms. Whoever has a capture may try words of a list against the token of a weak password. */
const cost = { N: 8192, r: 8, p: 1 } as const
const salt = 'kubectl proxy-config capture'

/** Bytes of a token: enough to tell the secrets of a mesh from each other, and too few to be sure of a guess. */
const size = 4

/**
 * Stands for a secret: the same for the same one in whatever file, capture and form of credential, so that what was equal stays equal.
 * `[redacted-1a2b3c4d]`
 */
export function secretTokens(): (secret: string) => string {
  const known = new Map<string, string>()
  return (secret) => {
    const plain = secret.replace(/^["']|["']$/g, '').replace(/^(?:Bearer|Basic|Digest|Negotiate|ApiKey)\s+/i, '')
    const found = known.get(plain)
    if (found !== undefined) return found
    const token = `[redacted-${scryptSync(plain, salt, size, cost).toString('hex')}]`
    known.set(plain, token)
    return token
  }
}
