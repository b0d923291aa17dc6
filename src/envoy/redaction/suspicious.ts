const longestWord = 32

/** Of each ASCII character: 1 stands in base64, base64url and hex, 2 stands in every other form of a secret, 0 in neither. */
const classes = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-') classes[char.charCodeAt(0)] = 1
for (const char of ' \n@="\\%') classes[char.charCodeAt(0)] = 2

/**
 * Whether a text can hold a secret at all, by its characters: a word of 32 characters, or a mark that a form of secrets needs. All texts
 * of a dump come by here, nearly all of them end here: about a nanosecond a character.
 */
export function isSuspicious(text: string): boolean {
  if (text.length < 8) return false
  let word = 0
  for (let at = 0; at < text.length; at++) {
    const kind = classes[text.charCodeAt(at)]
    if (kind === 2) return true
    word = kind === 1 ? word + 1 : 0
    if (word === longestWord) return true
  }
  return false
}
