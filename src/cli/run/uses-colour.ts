interface ColourContext {
  /** The value of `--color`. */
  readonly when: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean
}

/**
 * Whether output is coloured: `--color always` and `never` decide, then NO_COLOR (https://no-color.org), then FORCE_COLOR
 * (https://force-color.org; 0 and false mean no, as to Node); else a terminal has colours, unless TERM says that it has none.
 */
export function usesColour({ when, env, isTerminal }: ColourContext): boolean {
  if (when === 'always' || when === 'never') return when === 'always'
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTerminal && env.TERM !== 'dumb'
}
