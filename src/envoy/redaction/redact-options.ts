/** How much of a value is hidden, and what stands for it. */
export interface RedactOptions {
  /** Credentials are shown; private and symmetric keys never are. */
  readonly showCredentials?: boolean
  /**
   * The text that stands for a value that is hidden; of one that was hidden before, which stays as it is, this is called as well.
   * @param place what the value is: equal for values that stand for the same in two resources
   */
  readonly standIn?: (place: string, value: string) => string
}
