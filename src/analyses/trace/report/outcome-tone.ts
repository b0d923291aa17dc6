import type { Outcome } from '../../../semantics/outcome.ts'
import type { Tone } from '../../../view.ts'
import { endsWell } from './succeeds.ts'

/** Whether a request fails; a warning where the dump does not tell. */
export function outcomeTone(outcome: Outcome): Tone | undefined {
  if (outcome.kind === 'undecidable') return 'warning'
  return endsWell(outcome) ? undefined : 'bad'
}
