/** Called with the state of work that may take long. Whether and where that is shown is not the caller's concern. */
export interface Progress {
  /** What is under way: `reading pod default/web`. */
  doing(what: string): void
  /** How many of several are done, and how many of those failed; this stands before `doing`, which is then about one of them. */
  done(count: number, total: number, what: string, failed?: number): void
  /** More bytes of an answer came. */
  received(bytes: number): void
  /** A sentence that the user should read before the work continues, such as how much memory it needs. */
  announced?(text: string): void
  /** A request is over. */
  requested(request: FinishedRequest): void
}

/** One request as `-v 6` logs it; nothing secret is in it. */
export interface FinishedRequest {
  readonly method: string
  /** Without user name, password and query values that are not of the Kubernetes or admin API. */
  readonly url: string
  /** `200 OK`, or why there is none. */
  readonly status: string
  readonly milliseconds: number
}
