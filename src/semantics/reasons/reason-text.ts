import {
  certificateChoiceTexts,
  chainChoiceTexts,
  endpointChoiceTexts,
  listenerChoiceTexts,
  routeChoiceTexts,
} from './choice-reasons.ts'
import { connectionEndTexts } from './connection-ends.ts'
import { filterTexts } from './filter-reasons.ts'
import { httpEndTexts } from './http-ends.ts'
import type { ReasonArgs, ReasonCode } from './reason.ts'
import { rejectionTexts } from './rejection-reasons.ts'
import { responseChangeTexts } from './response-changes.ts'
import { subsetTexts } from './subset-reasons.ts'
import type { Texts } from './texts.ts'
import { unknownEndTexts } from './unknown-ends.ts'
import { upstreamEndTexts } from './upstream-ends.ts'
import { warningTexts } from './warnings.ts'

/** The sentences, by where a code can stand. A new table of them is a line here. */
export const reasonGroups = {
  ends: { ...connectionEndTexts, ...httpEndTexts, ...unknownEndTexts, ...upstreamEndTexts },
  filters: { ...filterTexts },
  choices: {
    ...subsetTexts,
    ...listenerChoiceTexts,
    ...chainChoiceTexts,
    ...certificateChoiceTexts,
    ...routeChoiceTexts,
    ...endpointChoiceTexts,
  },
  rejections: { ...rejectionTexts },
  responses: { ...responseChangeTexts },
  warnings: { ...warningTexts },
}

const texts: Texts<ReasonArgs> = {
  ...reasonGroups.ends,
  ...reasonGroups.filters,
  ...reasonGroups.choices,
  ...reasonGroups.rejections,
  ...reasonGroups.responses,
  ...reasonGroups.warnings,
}

/** The sentence of a reason. Names in it come from the dump. */
export function reasonText<Code extends ReasonCode>({
  code,
  args,
}: {
  readonly code: Code
  readonly args: ReasonArgs[Code]
}): string {
  return texts[code](args)
}

/** A reason as documents have it. */
export interface ReasonDocument {
  readonly code: string
  readonly args: object
  readonly text: string
}

/** @see ReasonDocument */
export function reasonDocument<Code extends ReasonCode>(reason: {
  readonly code: Code
  readonly args: ReasonArgs[Code]
}): ReasonDocument {
  return { code: reason.code, args: reason.args, text: reasonText(reason) }
}
