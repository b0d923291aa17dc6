import { withoutCredentials } from './credentials.ts'
import { redacted } from './placeholders.ts'
import { holdsPrivateKey } from './private-keys.ts'
import { isSuspicious } from './suspicious.ts'

const block = /-{4,5} ?BEGIN[^-\n]{0,60}PRIVATE KEY[\s\S]*?(?:END[^-\n]{0,60}PRIVATE KEY[^-\n]{0,60}-+|$)/g

/**
 * Prose with the secrets in it hidden by their form, for what a message or a cell quotes of a dump. Of a private key the whole block goes, and
 * what follows where its end cannot be told.
 */
export function redactText(text: string): string {
  if (!isSuspicious(text)) return text
  const cut = text.includes('PRIVATE KEY') ? text.replace(block, redacted) : text
  if (!holdsPrivateKey(cut)) return withoutCredentials(cut)
  // A key may go on in the words after the one that it begins with.
  const first = [...cut.matchAll(/[\w+/=-]{32,}/g)].find(([word]) => holdsPrivateKey(word))
  const before = cut.slice(0, first?.index ?? 0)
  return holdsPrivateKey(before) ? redacted : withoutCredentials(before) + redacted
}
