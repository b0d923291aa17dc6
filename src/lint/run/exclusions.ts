import { globMatches } from '../../envoy/text/glob.ts'
import { UsageError } from '../../errors.ts'
import type { RuleFacts } from '../rule.ts'
import type { RawFinding } from './finding.ts'
import { requireRule } from './wanted-rules.ts'

/** What is left out: all that a rule finds, or what it finds in some resources. */
export interface Exclusion {
  readonly rule: string
  /** A pattern of the resource, `clusters/outbound*`, in which `?` stands for one character; everything when absent. */
  readonly resource?: string
  /** The same of the proxy's name. */
  readonly proxy?: string
}

/** The value of `--exclude`: `RULE` or `RULE=GLOB`. @throws UsageError for a rule that is not, or an empty pattern */
export function exclusionOf(text: string, known: readonly RuleFacts[]): Exclusion {
  const at = text.indexOf('=')
  const { id } = requireRule(at === -1 ? text : text.slice(0, at), known)
  if (at === -1) return { rule: id }
  const glob = text.slice(at + 1)
  if (glob === '') throw new UsageError(`--exclude ${id}= needs a pattern of resources, such as clusters/outbound*`)
  return { rule: id, resource: glob }
}

/** Whether an exclusion leaves out what was found in a proxy. */
export function excludes({ rule, resource, proxy }: Exclusion, finding: RawFinding, of: string): boolean {
  return (
    rule === finding.rule &&
    (resource === undefined || globMatches(resource, finding.resource, '?')) &&
    (proxy === undefined || globMatches(proxy, of, '?'))
  )
}

/** A line for each exclusion that leaves nothing out, though its rule finds something: its pattern may be misspelt. */
export function unmatchedNotes(
  exclusions: readonly Exclusion[],
  found: readonly { readonly proxy: string; readonly findings: readonly RawFinding[] }[],
): string[] {
  return exclusions.flatMap((exclusion) => {
    const all = found.flatMap(({ proxy, findings }) => findings.map((finding) => ({ proxy, finding })))
    const [first] = all.filter(({ finding }) => finding.rule === exclusion.rule)
    if (first === undefined || all.some(({ proxy, finding }) => excludes(exclusion, finding, proxy))) return []
    const { rule, resource } = exclusion
    return [`--exclude ${rule}=${resource} matches no resource that the rule finds, such as ${first.finding.resource}`]
  })
}
