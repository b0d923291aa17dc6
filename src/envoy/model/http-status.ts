import { numberOf, objectOf } from '../json.ts'

/**
 * The code of an `envoy.type.v3.HttpStatus`, which dumps give by its name; undefined where there is none.
 * (envoy/type/v3/http_status.proto)
 */
export function httpStatusCode(status: unknown): number | undefined {
  const { code } = objectOf(status)
  return typeof code === 'string' ? (codes.get(code) ?? numberOf(code)) : numberOf(code)
}

const codes: ReadonlyMap<string, number> = new Map([
  ...numbered(100, ['Continue']),
  ...numbered(200, ['OK', 'Created', 'Accepted', 'NonAuthoritativeInformation', 'NoContent', 'ResetContent']),
  ...numbered(206, ['PartialContent', 'MultiStatus', 'AlreadyReported']),
  ...numbered(226, ['IMUsed']),
  ...numbered(300, ['MultipleChoices', 'MovedPermanently', 'Found', 'SeeOther', 'NotModified', 'UseProxy']),
  ...numbered(307, ['TemporaryRedirect', 'PermanentRedirect']),
  ...numbered(400, ['BadRequest', 'Unauthorized', 'PaymentRequired', 'Forbidden', 'NotFound', 'MethodNotAllowed']),
  ...numbered(406, ['NotAcceptable', 'ProxyAuthenticationRequired', 'RequestTimeout', 'Conflict', 'Gone']),
  ...numbered(411, ['LengthRequired', 'PreconditionFailed', 'PayloadTooLarge', 'URITooLong', 'UnsupportedMediaType']),
  ...numbered(416, ['RangeNotSatisfiable', 'ExpectationFailed']),
  ...numbered(421, ['MisdirectedRequest', 'UnprocessableEntity', 'Locked', 'FailedDependency']),
  ...numbered(426, ['UpgradeRequired']),
  ...numbered(428, ['PreconditionRequired', 'TooManyRequests']),
  ...numbered(431, ['RequestHeaderFieldsTooLarge']),
  ...numbered(500, ['InternalServerError', 'NotImplemented', 'BadGateway', 'ServiceUnavailable', 'GatewayTimeout']),
  ...numbered(505, ['HTTPVersionNotSupported', 'VariantAlsoNegotiates', 'InsufficientStorage', 'LoopDetected']),
  ...numbered(510, ['NotExtended', 'NetworkAuthenticationRequired']),
])

/** Names of one code after the other. */
function numbered(first: number, names: readonly string[]): [string, number][] {
  return names.map((name, place) => [name, first + place])
}
