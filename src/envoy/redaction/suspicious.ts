const longestWord = 32

/**
 * Of each ASCII character: 1 stands in base64, base64url and hex, 2 stands in every other form of a secret but those that a white space
 * parts, which is 3; 0 stands in none.
 */
const classes = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-') classes[char.charCodeAt(0)] = 1
for (const char of '@="\\%&\0') classes[char.charCodeAt(0)] = 2
for (const char of ' \n\r\t') classes[char.charCodeAt(0)] = 3

/** Bytes of hex with colons or blanks between them that can be a key; a fingerprint is as long, and looked at as well. */
const maxPairs = 20
const colon = 58
const openingBracket = 91
const openingParenthesis = 40
const quote = 39

/** JSON Web Tokens begin with `eyJ`. */
const letterJ = 74

const letterA = 65
const hyphen = 45

/** Last letters of what goes before a credential or a key with a white space between them, in either case. */
const lastLetters = new Set(Array.from('cCdDeEnNrRtTyY', (char) => char.charCodeAt(0)))
const goesBefore =
  /(?:bearer|basic|digest|negotiate|apikey|private|-(?:passw(?:or)?d|passphrase|pwd|token|secret|key|user))$/i

/** The same before a colon, and a white space or a bracket behind it. */
const lastOfNames = new Set(Array.from('dDtTnNyYeE', (char) => char.charCodeAt(0)))
const goesBeforeColon = /(?:passw(?:or)?d|passphrase|pwd|token|secret|key|authorization|cookie)$/i

/**
 * Whether a text can hold a secret at all, by its characters: a word of 32 characters, or a mark that a form of secrets needs. All texts
 * of a dump come by here, nearly all of them end here: about a nanosecond a character.
 */
export function isSuspicious(text: string): boolean {
  if (text.length < 8) return false
  let word = 0
  let pairs = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const kind = classes[code]
    if (kind === 1) {
      word++
      if (word === longestWord || (code === letterJ && text.startsWith('ey', at - 2))) return true
      if (word < 7 && beginsToken(text, at, code, word)) return true
      continue
    }
    if (kind === 2) return true
    // `add('x-api-key', …)`, `['x-api-key'] = …`
    if (code === quote && at > 0 && opensName(text.charCodeAt(at - 1))) return true
    if (code === colon) {
      pairs = word === 2 ? pairs + 1 : 0
      if (pairs === maxPairs || (word > 2 && namesCredential(text, at))) return true
    } else {
      pairs = kind === 3 && word === 2 ? pairs + 1 : 0
      if (pairs === maxPairs) return true
      if (kind === 3 && word === 2 && text.startsWith('-u', at - 2)) return true
      if (kind === 3 && word > 4 && lastLetters.has(text.charCodeAt(at - 1)) && endsIn(goesBefore, text, at))
        return true
    }
    word = 0
  }
  return false
}

/** Tokens that are shorter than the longest word: keys of AWS, and GitLab's. */
function beginsToken(text: string, at: number, code: number, word: number): boolean {
  if (word === 4) return code === letterA && (text.startsWith('AKIA', at - 3) || text.startsWith('ASIA', at - 3))
  return word === 6 && code === hyphen && text.startsWith('glpat', at - 5)
}

function opensName(code: number): boolean {
  return code === openingBracket || code === openingParenthesis
}

function namesCredential(text: string, at: number): boolean {
  return (
    lastOfNames.has(text.charCodeAt(at - 1)) &&
    (classes[text.charCodeAt(at + 1)] === 3 || text.charCodeAt(at + 1) === openingBracket) &&
    endsIn(goesBeforeColon, text, at)
  )
}

function endsIn(word: RegExp, text: string, at: number): boolean {
  return word.test(text.slice(Math.max(0, at - 13), at))
}
