/** What acts on a terminal or cannot be seen: control characters but line breaks and tabs, halves of characters, format characters. */
const unsafe = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/** The first unsafe character of a text, as JSON; undefined where there is none. CSV ends its lines with CR LF. */
export function unsafeCharacter(text: string): string | undefined {
  const found = unsafe.exec(text.replaceAll('\r\n', '\n'))
  return found === null ? undefined : JSON.stringify(found[0])
}
