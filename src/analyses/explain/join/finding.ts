/** What is known of a kind of failure besides its lines. */
export interface Finding {
  /** Stable across releases; docs/explain.md lists them. */
  readonly code: FindingCode
  /** One sentence. */
  readonly text: string
}

export const findingCodes = {
  policy: 'The authorization policy that denied it',
  'unknown-host': 'The mesh does not know the destination: it was sent on as it came, or kept in',
  objects: 'The objects of Istio, the Gateway API or another control plane that the way is made from',
  'same-now': 'A trace of the request ends the same way, and why',
  'other-now': 'A trace of the request ends another way: changed since, or decided by what the line does not hold',
  'header-decides': 'The logged route asks for headers that the line does not hold',
  undecided: 'A trace of the request cannot decide',
  timeout: 'The time limit that ends a request after just that time',
  warning: 'A warning of the trace: a rejected or waiting update, an expired certificate, the status of an object',
  'one-host': 'Only some hosts of the cluster fail: the counters of each',
  'all-hosts': 'Every host of the cluster that was asked fails',
  'all-callers': 'The host fails for every proxy that sends to it',
  'some-callers': 'The host fails for some of the proxies that send to it: which, and what they have in common',
  'no-other-caller': 'No other proxy of those that were asked sends to the host',
  'hosts-unhealthy': 'Hosts of the cluster that are not healthy',
  'limits-in-use': 'Circuit breakers of the cluster with what is in use of them',
} as const

export type FindingCode = keyof typeof findingCodes
