import { anything, mapOf, record, text } from './json-schema.ts'

/** Why something happens; docs/reason-codes.md lists the codes. */
export const reasonSchema = record({
  code: { ...text, description: 'Stable; docs/reason-codes.md lists them' },
  args: { ...mapOf(anything), description: 'What the code says it of' },
  text: { ...text, description: 'The sentence, for people' },
})
