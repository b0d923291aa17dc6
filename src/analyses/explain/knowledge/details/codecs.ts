import type { Ender } from '../cause/cause.ts'
import { type CodeDetail, type DetailRow, details } from './code-detail.ts'

const sizes = ['max_request_headers_kb', 'common_http_protocol_options.max_headers_count']
const underscores = ['common_http_protocol_options.headers_with_underscores_action']
const correct = 'Correct what the other side sends; a packet capture or the log of the proxy at level debug shows it.'
const raise = 'Send fewer or smaller headers (large cookies are frequent), or raise the limit.'

/** What a codec found wrong, by the name behind `http1.`, `http2.` and `http3.`: title, sentence, fields, next step. */
type CodecRow = readonly [code: string, title: string, meaning: string, fields: readonly string[], next: string]

const http1: readonly CodecRow[] = [
  ['http1.body_disallowed', 'body not allowed', 'A body was sent where none is allowed', [], correct],
  [
    'http1.codec_error',
    'no HTTP/1',
    'What was sent is no HTTP/1',
    ['codec_type'],
    'Is it TLS on a plaintext port, HTTP/2, or no HTTP at all? Compare the protocol of the port (name or appProtocol of the Service port).',
  ],
  [
    'http1.connection_header_rejected',
    'Connection header',
    'The Connection header is malformed or too long',
    [],
    correct,
  ],
  [
    'http1.content_length_and_chunked_not_allowed',
    'two lengths',
    'A message has both Content-Length and Transfer-Encoding: chunked',
    ['http_protocol_options.allow_chunked_length'],
    correct,
  ],
  [
    'http1.content_length_not_allowed',
    'Content-Length not allowed',
    'A response has a Content-Length where none is allowed',
    [],
    correct,
  ],
  ['http1.headers_too_large', 'headers too large', 'The headers are larger than they may be (431)', sizes, raise],
  [
    'http1.https_url_on_plaintext_connection',
    'https URL without TLS',
    'The request names an https URL on a connection without TLS',
    ['http_protocol_options.allow_absolute_url'],
    correct,
  ],
  ['http1.invalid_characters', 'invalid characters', 'A header has characters that it must not have', [], correct],
  ['http1.invalid_scheme', 'invalid scheme', 'The URL of the request has a scheme that is not valid', [], correct],
  ['http1.invalid_transfer_encoding', 'Transfer-Encoding', 'The Transfer-Encoding header is not valid', [], correct],
  ['http1.invalid_url', 'invalid URL', 'The URL of the request is not valid', [], correct],
  ['http1.too_many_headers', 'too many headers', 'There are more headers than there may be (431)', sizes, raise],
  [
    'http1.transfer_encoding_not_allowed',
    'Transfer-Encoding not allowed',
    'A response has a Transfer-Encoding where none is allowed',
    [],
    correct,
  ],
  [
    'http1.unexpected_underscore',
    'underscore in a header',
    'The name of a header has an underscore, which is refused',
    underscores,
    'Rename the header, or change headers_with_underscores_action.',
  ],
]

const http2: readonly CodecRow[] = [
  [
    'http2.codec_error',
    'no HTTP/2',
    'What was sent is no HTTP/2',
    ['codec_type'],
    'Compare the protocol of the port (name or appProtocol of the Service port).',
  ],
  ['http2.cookies_total_bytes_too_large', 'cookies too large', 'The cookies are larger than they may be', sizes, raise],
  ['http2.header_list_size_too_large', 'headers too large', 'The headers are larger than they may be', sizes, raise],
  [
    'http2.inbound_empty_frames_flood',
    'flood of frames',
    'More empty frames came than may come',
    ['http2_protocol_options.max_consecutive_inbound_frames_with_empty_payload'],
    correct,
  ],
  ['http2.invalid.header.field', 'invalid header', 'A header is not valid', [], correct],
  [
    'http2.outbound_frames_flood',
    'flood of frames',
    'More frames wait to be sent than may wait: the other side does not read them',
    ['http2_protocol_options.max_outbound_frames'],
    correct,
  ],
  [
    'http2.remote_refuse',
    'stream refused',
    'The other side refused the stream before it began with it',
    ['max_concurrent_streams'],
    'Retry on refused-stream; does the server drain?',
  ],
  ['http2.remote_reset', 'stream reset', 'The other side reset the stream', [], 'Look at the log of the other side.'],
  ['http2.too_many_headers', 'too many headers', 'There are more headers or trailers than there may be', sizes, raise],
  [
    'http2.unexpected_underscore',
    'underscore in a header',
    'The name of a header has an underscore, which is refused',
    underscores,
    'Rename the header, or change headers_with_underscores_action.',
  ],
  [
    'http2.unknown.nghttp2.error',
    'HTTP/2 error',
    'The HTTP/2 library met an error that it has no name for',
    [],
    correct,
  ],
  [
    'http2.unknown.oghttp2.error',
    'HTTP/2 error',
    'The HTTP/2 library met an error that it has no name for',
    [],
    correct,
  ],
  [
    'http2.violation.of.messaging.rule',
    'HTTP/2 rule broken',
    'A rule of HTTP/2 messages was broken, such as a missing pseudo-header',
    ['http2_protocol_options.override_stream_error_on_invalid_http_message'],
    correct,
  ],
]

const http3: readonly CodecRow[] = [
  ['http3.headers_too_large', 'headers too large', 'The headers are larger than they may be', sizes, raise],
  [
    'http3.inconsistent_content_length',
    'Content-Length',
    'The body does not have the length that Content-Length says',
    [],
    correct,
  ],
  ['http3.invalid_header_field', 'invalid header', 'A header is not valid', [], correct],
  ['http3.too_many_headers', 'too many headers', 'There are more headers than there may be', sizes, raise],
  ['http3.too_many_trailers', 'too many trailers', 'There are more trailers than there may be', sizes, raise],
  [
    'http3.unexpected_underscore',
    'underscore in a header',
    'The name of a header has an underscore, which is refused',
    underscores,
    'Rename the header, or change headers_with_underscores_action.',
  ],
]

const validator: readonly CodecRow[] = [
  [
    'uhv.*',
    'invalid header',
    'The header validator of this proxy found what is not valid; the word behind uhv. says what',
    ['typed_header_validation_config'],
    correct,
  ],
]

/** The codec that a request came through: the client is at fault, unless a flag says that the upstream server was. */
export const codecDetails: readonly CodeDetail[] = details(
  'codecs',
  [...http1, ...http2, ...http3, ...validator].map(
    ([code, title, meaning, fields, next]): DetailRow => [code, title, byOf(code), 'likely', meaning, fields, next],
  ),
)

/** What is said only of a stream that was reset comes of the server more often. */
function byOf(code: string): Ender {
  return code === 'http2.remote_refuse' || code === 'http2.remote_reset' ? 'upstream' : 'client'
}
