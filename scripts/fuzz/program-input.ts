/** What the program is run with. */
export interface FuzzInput {
  /** A word `@NAME` stands for the file of that name, `@url` for the admin server. */
  readonly argv: readonly string[]
  readonly files: Readonly<Record<string, Buffer>>
  /** What the admin server answers, whatever it is asked. */
  readonly answer?: ServerAnswer
  /** A secret in one of the files, that is not to be printed. */
  readonly planted?: string | undefined
}

export interface ServerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The connection ends before the body does. */
  readonly cut: boolean
}
