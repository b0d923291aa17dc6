import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../../../src/analyses/explain/diagnosis/diagnose.ts'
import { failed } from '../../../src/analyses/explain/diagnosis/failed.ts'
import { codeDetail, codeDetails } from '../../../src/analyses/explain/knowledge/code-details.ts'
import { upstreamResets } from '../../../src/analyses/explain/knowledge/details/upstream-resets.ts'
import { flagsOf, responseFlags } from '../../../src/analyses/explain/knowledge/response-flags.ts'
import { grpcStatus } from '../../../src/analyses/explain/knowledge/statuses.ts'
import { transportFailure } from '../../../src/analyses/explain/knowledge/transport-failures.ts'
import { type FieldName, ReadLine } from '../../../src/analyses/explain/log/logged-request.ts'
import { textFormat } from '../../../src/analyses/explain/log/text-format.ts'
import { withWords } from '../../../src/envoy/control-plane/with-words.ts'
import { envoyLines, format } from './envoy-lines.ts'

/** Of envoy/stream_info/stream_info.h (CoreResponseFlag) and source/common/stream_info/utility.h, in the order of the enum. */
const flagsOfEnvoy =
  `LH UH UT LR UR UF UC UO NR DI FI RL UAEX RLSE DC URX SI IH DPE UMSDR RFCF NFCF DT UPE NC OM DF DO DR UDO`.split(' ')

test('every response flag of Envoy is known, once', () => {
  assert.deepEqual(responseFlags.map(({ flag }) => flag).toSorted(), flagsOfEnvoy.toSorted())
  assert.equal(new Set(responseFlags.map(({ long }) => long)).size, flagsOfEnvoy.length)
})

/** Of ResponseCodeDetailValues in envoy/stream_info/stream_info.h. */
const detailsOfEnvoy =
  `via_upstream request_payload_too_large response_payload_too_large request_payload_exceeded_retry_buffer_limit
stream_idle_timeout max_duration_timeout request_overall_timeout request_header_timeout overload low_version missing_host_header
request_headers_failed_strict_check missing_path_rejected invalid_path absolute_path_rejected path_normalization_failed upgrade_failed
websocket_handshake_unsuccessful route_configuration_not_found route_not_found direct_response cluster_not_found maintenance_mode
drop_overload unconditional_drop_overload no_healthy_upstream response_timeout upstream_per_try_timeout upstream_per_try_idle_timeout
upstream_max_stream_duration_reached upstream_reset_before_response_started{connection_failure}
upstream_reset_after_response_started{connection_termination} filter_chain_not_found downstream_remote_disconnect
downstream_local_disconnect(on_idle_timeout) duration_timeout downstream_header_timeout admin_filter_response internal_redirect
filter_removed_required_request_headers{:path} filter_removed_required_response_headers rejecting_because_detection_failed
filter_added_invalid_request_data filter_added_invalid_response_data early_connect_data`.split(/\s+/)

test('every response code detail of the core of Envoy is known', () => {
  assert.deepEqual(
    detailsOfEnvoy.filter((detail) => codeDetail(detail) === undefined),
    [],
  )
})

test('each entry is whole, and no code stands twice', () => {
  for (const { code, meaning, next, title } of [
    ...codeDetails,
    ...upstreamResets,
    ...responseFlags.map((flag) => ({ ...flag, code: flag.flag })),
  ]) {
    assert.ok(meaning.length > 10 && !meaning.endsWith('.'), code)
    assert.match(withWords(next, undefined), /[.?]$/, code)
    assert.ok(title.length < 40, code)
  }
  const codes = codeDetails.map(({ code }) => code)
  assert.equal(new Set(codes).size, codes.length)
})

function line(fields: Partial<Record<FieldName, string>>): ReadLine {
  const names = Object.keys(fields)
  return new ReadLine(new Map(names.map((name, at) => [name, at])), Object.values(fields))
}

const causes: readonly (readonly [Partial<Record<FieldName, string>>, title: string, by: string])[] = [
  [
    { code: '503', flags: 'UC', details: 'upstream_reset_before_response_started{connection_termination}' },
    'connection closed by upstream',
    'upstream',
  ],
  [
    {
      code: '503',
      flags: 'UF,URX',
      details: 'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111}',
    },
    'connection refused',
    'upstream',
  ],
  [
    {
      code: '503',
      flags: 'UF',
      details: 'upstream_reset_before_response_started{connection_failure,delayed_connect_error:_113}',
    },
    'no way to the host',
    'network',
  ],
  [
    {
      code: '503',
      flags: 'UF,URX',
      transportFailure: 'TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end',
    },
    'server speaks no TLS',
    'configuration',
  ],
  [
    {
      code: '503',
      flags: 'UF',
      transportFailure: 'TLS error: 268436498:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED',
    },
    'TLS alert certificate expired',
    'configuration',
  ],
  [{ code: '503', flags: 'URX,UF' }, 'connection failed', 'network'],
  [{ code: '503', flags: 'URX' }, 'retries used up', 'upstream'],
  [
    { code: '503', flags: 'UC', details: 'upstream_reset_before_response_started{connection termination}' },
    'connection closed by upstream',
    'upstream',
  ],
  [{ code: '404', flags: 'NR', details: 'route_not_found' }, 'no route', 'configuration'],
  [
    { code: '403', flags: '-', details: 'rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]' },
    'denied by RBAC',
    'policy',
  ],
  [{ code: '401', flags: '-', details: 'jwt_authn_access_denied{Jwt_is_missing}' }, 'no token', 'client'],
  [{ code: '0', flags: 'DC', details: 'downstream_remote_disconnect' }, 'client went away', 'client'],
  [
    { code: '502', flags: 'UPE', details: 'upstream_reset_before_response_started{protocol_error}' },
    'upstream broke the protocol',
    'upstream',
  ],
  [{ code: '502', flags: 'UPE', details: 'http1.codec_error' }, 'no HTTP/1', 'upstream'],
  [{ code: '400', flags: 'DPE', details: 'http1.codec_error' }, 'no HTTP/1', 'client'],
  [{ code: '500', flags: '-', details: 'via_upstream' }, 'error of the server', 'upstream'],
  [{ code: '404', flags: '-', details: 'via_upstream' }, 'refused by the server', 'client'],
  [{ code: '503', flags: 'UT,DI', details: 'response_timeout' }, 'timed out', 'upstream'],
  [{ code: '200', grpcStatus: 'Unavailable', details: 'via_upstream' }, 'gRPC UNAVAILABLE', 'upstream'],
  [{ code: '0', flags: '-', termination: 'rbac_access_denied_matched_policy[none]' }, 'denied by RBAC', 'policy'],
  [{ code: '0', flags: 'DR', details: 'http2.remote_reset' }, 'stream reset', 'client'],
  [{ code: '503', flags: 'UR', details: 'http2.remote_reset' }, 'stream reset', 'upstream'],
  [{ code: '403', flags: '-', details: 'my_filter_says_no' }, 'answered by a filter', 'policy'],
  [
    {
      code: '0',
      flags: '-',
      downstreamFailure: 'TLS_error:|268435655:SSL_routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE',
    },
    'client certificate missing',
    'client',
  ],
]

for (const [fields, title, by] of causes) {
  test(`${JSON.stringify(fields)}: ${title}`, () => {
    const read = line(fields)
    assert.ok(failed(read))
    const { cause } = diagnose(read)
    assert.deepEqual({ title: cause.title, by: cause.by }, { title, by })
  })
}

test('what went well did not fail: delays, answers of the cache, redirects, gRPC OK', () => {
  for (const fields of [
    { code: '200', flags: '-', details: 'via_upstream' },
    { code: '200', flags: 'DI' },
    { code: '200', flags: 'RFCF' },
    { code: '301', flags: '-', details: 'direct_response' },
    { code: '0', flags: '-' },
    { code: '200', grpcStatus: '0' },
    { code: '200', grpcStatus: 'OK' },
  ])
    assert.equal(failed(line(fields)), false, JSON.stringify(fields))
})

test('retries and delays stand beside the cause', () => {
  const { otherFlags } = diagnose(line({ code: '503', flags: 'UF,URX' }))
  assert.deepEqual(
    otherFlags.map(({ title }) => title),
    ['retries used up'],
  )
})

test('flags and details of nobody are named as unknown', () => {
  assert.deepEqual(diagnose(line({ code: '500', flags: 'XYZ', details: 'my_filter' })).unknown, [
    'flag XYZ',
    'detail my_filter',
  ])
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    assert.equal(codeDetail(name), undefined)
    assert.deepEqual(flagsOf(name), [])
    assert.equal(grpcStatus(name), undefined)
    assert.equal(transportFailure(name), undefined)
  }
})

test('a reason of a reset that is not known is a reset all the same', () => {
  const known = codeDetail('upstream_reset_before_response_started{something_new}')
  assert.deepEqual(
    { title: known?.cause.title, sure: known?.cause.sure },
    { title: 'reset by upstream', sure: 'unclear' },
  )
})

const reader = textFormat('the format of the captured lines', format)

for (const [cause, by, text] of envoyLines) {
  test(`a line of Envoy 1.40: ${cause}, ${text.slice(27, 60)}`, () => {
    const read = reader?.read(text)
    assert.ok(read !== undefined && failed(read))
    const found = diagnose(read)
    assert.deepEqual(
      { cause: found.cause.title, by: found.cause.by, unknown: found.unknown },
      { cause, by, unknown: [] },
    )
  })
}
