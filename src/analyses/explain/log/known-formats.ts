import { anyJson } from './key-names.ts'
import type { LineFormat } from './line-format.ts'
import { textFormat } from './text-format.ts'

const request = '%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%'
const client = '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%"'
const sizes = '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%'

/**
 * What Envoy writes when a logger has no format; Contour's default as well.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string
 */
export const envoyDefault = `[%START_TIME%] "${request}" %RESPONSE_CODE% %RESPONSE_FLAGS% ${sizes} ${client} "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"`

const addresses =
  '"%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%'
const identity = `${client} "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%"`

const texts: readonly (readonly [name: string, format: string])[] = [
  [
    // https://istio.io/latest/docs/tasks/observability/logs/access-log/#default-access-log-format
    "Istio's default format",
    `[%START_TIME%] "${request}" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" ${sizes} ${identity} ${addresses}`,
  ],
  [
    "Istio's default format before 1.9",
    `[%START_TIME%] "${request}" %RESPONSE_CODE% %RESPONSE_FLAGS% "%DYNAMIC_METADATA(istio.mixer:status)%" "%UPSTREAM_TRANSPORT_FAILURE_REASON%" ${sizes} ${identity} ${addresses}`,
  ],
  [
    // https://kuma.io/docs/latest/policies/meshaccesslog/
    "Kuma's default format",
    `[%START_TIME%] %KUMA_MESH% "${request}" %RESPONSE_CODE% %RESPONSE_FLAGS% ${sizes} ${client} "%REQ(X-B3-TRACEID?X-DATADOG-TRACEID)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%KUMA_SOURCE_SERVICE%" "%KUMA_DESTINATION_SERVICE%" "%KUMA_SOURCE_ADDRESS_WITHOUT_PORT%" "%UPSTREAM_HOST%"`,
  ],
  [
    "Kuma's default format for TCP",
    '[%START_TIME%] %RESPONSE_FLAGS% %KUMA_MESH% %KUMA_SOURCE_ADDRESS_WITHOUT_PORT%(%KUMA_SOURCE_SERVICE%)->%UPSTREAM_HOST%(%KUMA_DESTINATION_SERVICE%) took %DURATION%ms, sent %BYTES_SENT% bytes, received: %BYTES_RECEIVED% bytes',
  ],
  ["Envoy's default format", envoyDefault],
  ["Emissary's default format", `ACCESS ${envoyDefault}`],
]

/** Formats that lines are tried with where the loaded ones are not known. */
export const knownFormats: readonly LineFormat[] = [
  ...texts.flatMap(([name, format]) => textFormat(name, format) ?? []),
  anyJson,
]
