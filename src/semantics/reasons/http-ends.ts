import { type AbsentResource, absenceText } from './resource-absence.ts'
import type { NoArgs, Texts } from './texts.ts'

/** Why a connection manager or its routes end a request. */
export interface HttpEnds {
  'tls-not-terminated': NoArgs
  'not-http': NoArgs
  'http2-at-http1-codec': NoArgs
  'http1-at-http2-codec': NoArgs
  'request-target-invalid': NoArgs
  /** `kilobytes`: the limit, max_request_headers_kb. */
  'headers-too-large': { readonly bytes: number; readonly kilobytes: number }
  'headers-too-many': { readonly headers: number; readonly max: number }
  'http10-not-accepted': NoArgs
  'https-url-over-plaintext': NoArgs
  'extended-connect-not-allowed': NoArgs
  'http2-path-invalid': { readonly path: string }
  'header-with-underscore': NoArgs
  'connection-header-refused': NoArgs
  'client-address-missing': { readonly header: string }
  'forwarded-proto-empty': NoArgs
  'host-header-missing': NoArgs
  'path-without-slash': { readonly path: string }
  'path-with-fragment': NoArgs
  'path-with-escaped-slash': NoArgs
  'path-not-canonical': NoArgs
  'path-unescaped': NoArgs
  'upgrade-not-enabled': { readonly upgrade: string }
  'dump-without-routes': { readonly routeConfiguration: string }
  'route-configuration-awaited': { readonly routeConfiguration: string }
  'route-configuration-not-serving': { readonly routeConfiguration: string } & AbsentResource
  'scope-key-unknown': { readonly scopedRoutes: string }
  'scope-missing': { readonly scopedRoutes: string; readonly key: string }
  'virtual-host-requires-tls': { readonly virtualHost: string }
  'virtual-host-on-demand': { readonly host: string }
  'virtual-host-missing': { readonly routeConfiguration: string; readonly host: string }
  /** `passedOver`: what a virtual host of a less specific domain has for it. */
  'route-missing': {
    readonly virtualHost: string
    readonly passedOver?: { readonly virtualHost: string; readonly domain: string; readonly route: string } | undefined
  }
  'route-redirects': NoArgs
  'route-answers': NoArgs
  'route-action-unknown': NoArgs
  'cluster-specifier-plugin-decides': { readonly route: string }
}

export const httpEndTexts: Texts<HttpEnds> = {
  'tls-not-terminated': () => 'TLS arrives at an HTTP connection manager without TLS',
  'not-http': () => 'what arrives is not HTTP',
  'http2-at-http1-codec': () => 'HTTP/2 arrives at codec_type HTTP1',
  'http1-at-http2-codec': () => 'HTTP/1 arrives at codec_type HTTP2',
  'request-target-invalid': () => 'the request target holds a character that HTTP/1 does not allow',
  'headers-too-large': ({ bytes, kilobytes }) =>
    `the headers have ${bytes} bytes, more than the ${kilobytes} KiB of max_request_headers_kb`,
  'headers-too-many': ({ headers, max }) => `${headers} headers are more than the ${max} of max_headers_count`,
  'http10-not-accepted': () => 'HTTP/1.0 is not accepted (accept_http_10)',
  'https-url-over-plaintext': () => 'an https URL is not accepted over a plaintext connection (use_remote_address)',
  'extended-connect-not-allowed': () => 'extended CONNECT is not allowed (http2_protocol_options.allow_connect)',
  'http2-path-invalid': ({ path }) => `HTTP/2 does not allow the path "${path}"`,
  'header-with-underscore': () => 'a header has an underscore in its name (headers_with_underscores_action)',
  'connection-header-refused': () => 'the Connection header names headers that it must not remove, or too many',
  'client-address-missing': ({ header }) =>
    `the header ${header} holds no address of a client (original_ip_detection_extensions)`,
  'forwarded-proto-empty': () => 'x-forwarded-proto is empty, and Envoy then looks up no route',
  'host-header-missing': () => 'the request has no Host header',
  'path-without-slash': ({ path }) => `the path "${path}" does not start with a slash`,
  'path-with-fragment': () => 'the path holds a fragment (#)',
  'path-with-escaped-slash': () => 'the path holds an escaped slash and path_with_escaped_slashes_action rejects it',
  'path-not-canonical': () => 'normalize_path rejects the path',
  'path-unescaped': () => 'path_with_escaped_slashes_action redirects to the unescaped path',
  'upgrade-not-enabled': ({ upgrade }) => `the upgrade ${upgrade} is not enabled for the route`,
  'dump-without-routes': ({ routeConfiguration }) =>
    `the dump has no route configurations; ${routeConfiguration} cannot be looked into`,
  'route-configuration-awaited': ({ routeConfiguration }) =>
    `the route configuration ${routeConfiguration} has not been loaded (RDS); Envoy answers 404 until it is`,
  'route-configuration-not-serving': ({ routeConfiguration, ...absent }) =>
    `the route configuration ${routeConfiguration} ${absenceText(absent)}; Envoy answers 404 until one serves`,
  'scope-key-unknown': ({ scopedRoutes }) =>
    `the scope key of ${scopedRoutes} is built by an extension this program does not know`,
  'scope-missing': ({ scopedRoutes, key }) => `no scope of ${scopedRoutes} has the request's key [${key}]`,
  'virtual-host-requires-tls': ({ virtualHost }) => `virtual host ${virtualHost} requires TLS`,
  'virtual-host-on-demand': ({ host }) => `the virtual host of ${host} is fetched on demand (VHDS)`,
  'virtual-host-missing': ({ routeConfiguration, host }) =>
    `no virtual host of ${routeConfiguration || 'the route configuration'} has a domain for ${host || 'an empty host'}`,
  'route-missing': ({ virtualHost, passedOver }) => {
    const missing = `no route of virtual host ${virtualHost} matches the request`
    if (passedOver === undefined) return missing
    const { virtualHost: other, domain, route } = passedOver
    return `${missing}; ${route} of virtual host ${other} (domain ${domain}) would match, and Envoy tries no other virtual host once a domain matched`
  },
  'route-redirects': () => 'the route redirects',
  'route-answers': () => 'the route answers directly',
  'route-action-unknown': () => 'the route has an action that Envoy leaves to the application',
  'cluster-specifier-plugin-decides': ({ route }) => `route ${route}: a cluster specifier plugin chooses the cluster`,
}
