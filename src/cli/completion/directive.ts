/** What the shell does with the candidates: bits of cobra's `:N` line, which kubectl passes on. */
export const directive = { none: 0, noSpace: 2, noFiles: 4, keepOrder: 32 } as const

export interface Candidate {
  readonly text: string
  readonly description?: string
}

export interface Completion {
  readonly candidates: readonly Candidate[]
  readonly directive: number
}

/** Nothing to offer, and files would not help either. */
export const nothing: Completion = { candidates: [], directive: directive.noFiles }
