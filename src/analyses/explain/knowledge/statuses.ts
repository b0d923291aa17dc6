/** gRPC status codes by number: name and meaning. https://grpc.io/docs/guides/status-codes/ */
const grpc: readonly (readonly [name: string, meaning: string])[] = [
  ['OK', 'it went well'],
  ['CANCELLED', 'the call was cancelled, most often by the client'],
  ['UNKNOWN', 'the server met an error that it did not name'],
  ['INVALID_ARGUMENT', 'the server does not accept the arguments'],
  ['DEADLINE_EXCEEDED', 'the deadline of the call passed'],
  ['NOT_FOUND', 'the server does not have what was asked for'],
  ['ALREADY_EXISTS', 'what was to be made exists'],
  ['PERMISSION_DENIED', 'the caller may not do this'],
  ['RESOURCE_EXHAUSTED', 'a quota is used up, or the server is full'],
  ['FAILED_PRECONDITION', 'the server is not in a state for this'],
  ['ABORTED', 'the operation was aborted, most often by a conflict'],
  ['OUT_OF_RANGE', 'the call goes beyond a range'],
  ['UNIMPLEMENTED', 'the server does not have this method'],
  ['INTERNAL', 'the server broke a rule of its own'],
  ['UNAVAILABLE', 'the server cannot be reached or does not serve now'],
  ['DATA_LOSS', 'data was lost'],
  ['UNAUTHENTICATED', 'the caller did not prove who it is'],
]

const byWord = new Map(grpc.map(([name], code) => [name.replaceAll('_', ''), code]))

/** A gRPC status of a log: its number, name and meaning. Envoy writes `14`, `Unavailable` or `UNAVAILABLE`. */
export function grpcStatus(
  value: string | undefined,
): { readonly code: number; readonly name: string; readonly meaning: string } | undefined {
  if (value === undefined) return undefined
  const code = /^\d+$/.test(value) ? Number(value) : byWord.get(value.toUpperCase().replaceAll('_', ''))
  const found = code === undefined ? undefined : grpc[code]
  return code === undefined || found === undefined ? undefined : { code, name: found[0], meaning: found[1] }
}
