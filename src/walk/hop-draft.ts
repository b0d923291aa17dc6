import type { Warning } from '../semantics/reasons/reason.ts'
import type { Hop } from './trace-result.ts'

/** The stages of a request in a listener, in the order in which it passes them. */
const stages = ['listener', 'filters', 'routing', 'forwarding', 'cluster', 'endpoints'] as const

type Stage = (typeof stages)[number]

/** What a stage found: fields of the hop. */
export type HopFacts = Partial<Omit<Hop, 'listener' | 'warnings'>>

/**
 * A hop while the request is still on its way through it. What each stage found is a value of its own, so that a stage that a request
 * passes again leaves nothing of the time before; `hopOf` makes the hop of them.
 */
export interface HopDraft {
  readonly listener: string
  readonly facts: Map<Stage, HopFacts>
  readonly warnings: Warning[]
  /** The same as text: each stands there once. */
  readonly warned: Set<string>
}

/** A hop that begins in the listener of this name. */
export function draftHop(listener: string, facts: HopFacts): HopDraft {
  return { listener, facts: new Map([['listener', facts]]), warnings: [], warned: new Set() }
}

/** Adds to what a stage found; a field that it had is replaced. */
export function note({ facts }: HopDraft, stage: Stage, found: HopFacts): void {
  facts.set(stage, joined(facts.get(stage) ?? {}, found))
}

/** What a stage found this time, in place of all that it had found before. */
export function noteAnew({ facts }: HopDraft, stage: Stage, found: HopFacts): void {
  facts.set(stage, found)
}

/** What the filters that were passed in this listener have said. */
export function filtersSoFar({ facts }: HopDraft): NonNullable<Hop['filters']> {
  return facts.get('filters')?.filters ?? []
}

/** Puts warnings behind those that a hop has; one that it has already is not repeated. */
export function warn({ warnings, warned }: HopDraft, ...more: readonly Warning[]): void {
  for (const warning of more) {
    const text = JSON.stringify(warning)
    if (!warned.has(text)) warnings.push(warning)
    warned.add(text)
  }
}

/** The hop as far as the request has come. */
export function hopOf({ listener, facts, warnings }: HopDraft): Hop {
  const found = stages.reduce<HopFacts>((sum, stage) => joined(sum, facts.get(stage) ?? {}), {})
  return {
    listener,
    objects: {},
    reasons: {},
    considered: {},
    ...found,
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  }
}

function joined(before: HopFacts, after: HopFacts): HopFacts {
  return {
    ...before,
    ...after,
    objects: { ...before.objects, ...after.objects },
    reasons: { ...before.reasons, ...after.reasons },
    considered: { ...before.considered, ...after.considered },
  }
}
