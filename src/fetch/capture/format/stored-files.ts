import type { PackedPage } from '../../../mesh/packed-page.ts'

/** Files that lie together: in a ZIP archive, a tar archive, a folder. They are read one at a time. */
export interface StoredFiles {
  /** How notes and errors name what they lie in. */
  readonly label: string
  /** Their paths within it, with `/` between the parts. */
  readonly names: readonly string[]
  /** What is wrong with it, a line each; what is right is there all the same. */
  readonly problems: readonly string[]
  has(name: string): boolean
  /** When a file was written, where that is known. */
  written(name: string): Date | undefined
  /**
   * A file; undefined where there is none of that name.
   * @throws AppError when it is broken, cannot be read or is larger than the limit
   */
  read(name: string): Promise<Uint8Array | undefined>
  /**
   * The same as it lies there, for another thread to unpack; absent, or undefined, where only `read` has it.
   * @throws AppError as `read` does
   */
  packed?(name: string): Omit<PackedPage, 'sha256'> | undefined
}
