/** Texts behind the first line of a key that are looked at: an RSA key of 8192 bits has 100 lines. */
const maxTexts = 400

/**
 * Lines of a private key in PEM may be texts of their own, one behind the other: the items of a list, the words of a command line. Alone,
 * a line in the middle looks like any other word.
 */
export class KeyLines {
  #left = 0
  /** Whether the line before was as long as PEM makes every line but the last. */
  #isBehindWhole = false

  /** Tells of a text that holds a key. @returns the text */
  after(text: string): string {
    if (/BEGIN[^-\n]{0,60}PRIVATE KEY/.test(text) && !isEnd.test(text)) {
      this.#left = maxTexts
      this.#isBehindWhole = false
    }
    return text
  }

  /** Whether the next text belongs to a key that began before it. */
  takes(text: string): boolean {
    if (this.#left === 0) return false
    this.#left = isEnd.test(text) ? 0 : this.#left - 1
    if (isEnd.test(text)) return true
    if (isLine(text)) {
      this.#isBehindWhole = text.trim().length >= wholeLine
      return true
    }
    if (!this.#isBehindWhole || !shortLine.test(text)) return false
    this.#isBehindWhole = false
    return true
  }
}

const isEnd = /END[^-\n]{0,60}PRIVATE KEY/

/** Characters of a line of PEM; the last one has what is left. RFC 7468, section 2 */
const wholeLine = 64

/** Up to 16 characters of base64, which look like any short word. */
const shortLine = /^\s*(?:[\w+/-]{4}){0,3}(?:[\w+/-]{4}|[\w+/-]{3}=|[\w+/-]{2}==)\s*$/

/** A word of base64 with letters of both cases and more in it, or what stands at the head of an encrypted key. */
function isLine(text: string): boolean {
  if (/^\s*(?:Proc-Type|DEK-Info):/.test(text)) return true
  return /^\s*[\w+/=-]{16,}\s*$/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[\d+/=]/.test(text)
}
