import type { AnswerSchema } from '../schema/answer-schema.ts'
import { ztunnelKinds } from './index.ts'

/** What is shown of a ztunnel's dump. */
export const ztunnelSchemas: readonly AnswerSchema[] = ztunnelKinds.map(({ name, title, kind, columns }) => ({
  name: `ztunnel-${name}`,
  title: `ztunnel: ${title}`,
  kind,
  columns: [columns],
}))
