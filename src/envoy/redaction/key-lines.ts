/** Texts behind the first line of a key that are looked at: an RSA key of 8192 bits has 100 lines. */
const maxTexts = 400

/**
 * Lines of a private key in PEM may be texts of their own, one behind the other: the items of a list, the words of a command line. Alone,
 * a line in the middle looks like any other word.
 */
export class KeyLines {
  #left = 0

  /** Tells of a text that holds a key. @returns the text */
  after(text: string): string {
    if (/BEGIN[^-\n]{0,60}PRIVATE KEY/.test(text) && !isEnd.test(text)) this.#left = maxTexts
    return text
  }

  /** Whether the next text belongs to a key that began before it. */
  takes(text: string): boolean {
    if (this.#left === 0) return false
    this.#left = isEnd.test(text) ? 0 : this.#left - 1
    return isEnd.test(text) || isLine(text)
  }
}

const isEnd = /END[^-\n]{0,60}PRIVATE KEY/

/** A word of base64 with letters of both cases and more in it, or what stands at the head of an encrypted key. */
function isLine(text: string): boolean {
  if (/^\s*(?:Proc-Type|DEK-Info):/.test(text)) return true
  return /^\s*[\w+/=-]{16,}\s*$/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[\d+/=]/.test(text)
}
