import { advisoriesOf2026 } from './advisories-of-2026.ts'
import type { Advisory } from './advisory.ts'
import { earlierAdvisories } from './earlier-advisories.ts'

/** When the list was looked through last. */
export const updated = '2026-11-29'

/** The newest release line that the list knows. */
export const newestMinor = 40

/** THE list of advisories: from Envoy's changelogs, releases and bulletins. test/lint/advisories.test.ts checks its form. */
export const advisories: readonly Advisory[] = [...advisoriesOf2026, ...earlierAdvisories]
