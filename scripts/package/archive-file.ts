/** One file of an archive. Archives hold regular files only: krew refuses anything else. */
export interface ArchiveFile {
  readonly name: string
  readonly content: Buffer
  readonly executable: boolean
}
