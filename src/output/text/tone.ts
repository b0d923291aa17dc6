import type { Tone } from '../../view.ts'

/** SGR codes of ECMA-48 that every terminal with colours knows. */
const codes: Readonly<Record<Tone, number>> = { bad: 31, warning: 33 }

/** The text in the colour of its tone. What a terminal could act on is escaped before. */
export function toned(text: string, tone: Tone | undefined): string {
  return tone === undefined ? text : `\u001b[${codes[tone]}m${text}\u001b[39m`
}
