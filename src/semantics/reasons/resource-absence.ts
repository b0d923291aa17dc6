/** Why a resource that the dump names does not serve. */
export interface AbsentResource {
  readonly state: string
  /** What Envoy recorded when it rejected the resource. */
  readonly error?: string | undefined
}

/** `is still warming`, `was rejected: …` */
export function absenceText({ state, error }: AbsentResource): string {
  if (state !== 'error') return `is ${state === 'warming' ? 'still ' : ''}${state}`
  return error === undefined ? 'was rejected' : `was rejected: ${error}`
}
