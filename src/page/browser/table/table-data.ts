import type { Tones } from '../../../view.ts'

/** A table of the program, or one that was worked out before and stored. */
export interface TableData {
  readonly columns: readonly {
    readonly header: string
    readonly key: string
    readonly wide?: boolean
    /** What stands for no value, `<none>` when absent. */
    readonly missing?: string
  }[]
  readonly rows: readonly TableRow[]
  /** What is said where it has no rows. */
  readonly empty: string
}

export interface TableRow {
  readonly name: string
  readonly cells: readonly (string | number | boolean | null | undefined)[]
  readonly tones?: Tones
}
