import { UsageError } from '../../errors.ts'
import type { RuleFacts } from '../rule.ts'
import type { RawFinding } from './finding.ts'
import { requireRule } from './wanted-rules.ts'

/** What is left out: all that a rule finds, or what it finds in some resources. */
export interface Exclusion {
  readonly rule: string
  /** Of the resource, `clusters/outbound*`; everything when absent. */
  readonly resource?: RegExp
  /** Of the proxy's name; everything when absent. */
  readonly proxy?: RegExp
}

/** The value of `--exclude`: `RULE` or `RULE=GLOB`. @throws UsageError for a rule that is not, or an empty pattern */
export function exclusionOf(text: string, known: readonly RuleFacts[]): Exclusion {
  const at = text.indexOf('=')
  const { id } = requireRule(at === -1 ? text : text.slice(0, at), known)
  if (at === -1) return { rule: id }
  const glob = text.slice(at + 1)
  if (glob === '') throw new UsageError(`--exclude ${id}= needs a pattern of resources, such as clusters/outbound*`)
  return { rule: id, resource: globPattern(glob) }
}

/** A pattern in which `*` stands for any text and `?` for one character. */
export function globPattern(glob: string): RegExp {
  const body = glob
    .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  return new RegExp(`^${body}$`)
}

/** Whether an exclusion leaves out what was found in a proxy. */
export function excludes({ rule, resource, proxy }: Exclusion, finding: RawFinding, of: string): boolean {
  return (
    rule === finding.rule &&
    (resource === undefined || resource.test(finding.resource)) &&
    (proxy === undefined || proxy.test(of))
  )
}
