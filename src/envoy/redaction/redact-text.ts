import { withoutCredentials } from './credentials.ts'
import { redacted } from './placeholders.ts'
import { holdsPrivateKey } from './private-keys.ts'
import { isSuspicious } from './suspicious.ts'

/** PEM of private keys, to its end or to the end of the text. */
export const privateKeyBlocks =
  /-{4,5} ?BEGIN[^-\n]{0,60}PRIVATE KEY[\s\S]*?(?:END[^-\n]{0,60}PRIVATE KEY[^-\n]{0,60}-+|$)/g

/**
 * Prose with the secrets in it hidden by their form, for what a message or a cell quotes of a dump. Of a private key the whole block goes, and
 * what follows where its end is not known.
 * @param standIn the text that stands for a secret
 */
export function redactText(text: string, standIn: (secret: string) => string = () => redacted): string {
  if (!isSuspicious(text)) return text
  const cut = text.includes('PRIVATE KEY') ? text.replace(privateKeyBlocks, standIn) : text
  if (!holdsPrivateKey(cut)) return withoutCredentials(cut, standIn)
  // A key may go on in the words after the one that it begins with.
  const first = [...cut.matchAll(/[\w+/=-]{32,}/g)].find(([word]) => holdsPrivateKey(word))
  const before = cut.slice(0, first?.index ?? 0)
  if (holdsPrivateKey(before)) return standIn(cut)
  return withoutCredentials(before, standIn) + standIn(cut.slice(before.length))
}
