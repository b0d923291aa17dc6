/** What is looked at of a pod to see whose proxy it runs. */
export interface ProxyPod {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly containers: readonly ProxyContainer[]
}

export interface ProxyContainer {
  readonly name: string
  readonly image: string
  /** Command and arguments in one list. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The port that a pattern captures in a text; undefined where there is none. */
export function setting(text: string | undefined, pattern: RegExp): number | undefined {
  const port = Number(text === undefined ? Number.NaN : pattern.exec(text)?.[1])
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}
