/**
 * SHA-256 of bytes as hex, at once: that of browsers (SubtleCrypto) only comes later, and reading a dump does not wait.
 * https://www.rfc-editor.org/rfc/rfc6234
 */
export function sha256(bytes: Uint8Array): string {
  const state = Uint32Array.from(start)
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n)
  for (let at = 0; at < padded.length; at += 64) addBlock(state, new DataView(padded.buffer, at, 64))
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

function addBlock(state: Uint32Array, block: DataView): void {
  const words = new Uint32Array(64)
  const word = (at: number): number => words[at] ?? 0
  for (let at = 0; at < 16; at++) words[at] = block.getUint32(at * 4)
  for (let at = 16; at < 64; at++) {
    const [a, b] = [word(at - 15), word(at - 2)]
    const first = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)
    const second = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10)
    words[at] = word(at - 16) + first + word(at - 7) + second
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let at = 0; at < 64; at++) {
    const choice = (e & f) ^ (~e & g)
    const first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + (constants[at] ?? 0) + word(at)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = (state[at] ?? 0) + value
}

function turned(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

/** The first 32 bits of the fractions of the cube roots of the first 64 primes; of their square roots for the start. */
const primes = firstPrimes(64)
const constants = primes.map((prime) => fraction(prime, 3n))
const start = primes.slice(0, 8).map((prime) => fraction(prime, 2n))

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  return found
}

/** Of the root of this degree, reckoned with whole numbers: a root of floating point is too short by some bits. */
function fraction(prime: number, degree: bigint): number {
  const wanted = BigInt(prime) << (32n * degree)
  let [low, high] = [0n, BigInt(prime) << 32n]
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** degree <= wanted) low = middle
    else high = middle - 1n
  }
  return Number(low & 0xffff_ffffn)
}
