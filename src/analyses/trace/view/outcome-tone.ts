import type { Tone } from '../../../view.ts'
import type { Alternative } from '../../../walk/trace-result.ts'
import { endsWell } from './succeeds.ts'

/** Whether a request fails; a warning where the dump does not tell, or tells it on a condition. */
export function outcomeTone(outcome: Alternative['outcome']): Tone | undefined {
  if (outcome.kind === 'undecidable') return 'warning'
  if (!endsWell(outcome)) return 'bad'
  return outcome.conditions.length === 0 ? undefined : 'warning'
}
