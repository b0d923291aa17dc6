import { comparedTitle } from '../../envoy/kinds.ts'
import type { TextLine } from '../../view.ts'
import { heading, unusedLines } from './diff-text.ts'
import type { DumpDiff, KindDiff } from './dump-diff.ts'
import { unifiedLines } from './unified-lines.ts'

/**
 * The diff as unified text: `-` is only in the control plane, `+` only in Envoy. Warming and rejected resources, which are no lines of
 * it, follow as in the plain text.
 * @param controlPlane what the control plane is called in the headings; istioctl calls Istio's `Pilot`
 */
export function unifiedText(diff: DumpDiff, controlPlane: string): TextLine[] {
  return diff.kinds.flatMap((kind) => {
    const found = unifiedLines(kind.sides.controlPlane, kind.sides.envoy, differentNames(kind))
    const title = comparedTitle(kind.kind)
    const sides = found.length === 0 ? [] : [`--- ${controlPlane} ${title}`, `+++ Envoy ${title}`]
    return [heading(kind), ...sides, ...found, ...unusedLines(kind)]
  })
}

function differentNames({ changed, onlyInControlPlane, onlyInEnvoy }: KindDiff): Set<string> {
  return new Set([...onlyInControlPlane, ...onlyInEnvoy, ...changed.map(({ name }) => name)])
}
