import { resolveAuthzRequest } from '../../../src/analyses/authz/authz-request.ts'
import { checkRequest } from '../../../src/analyses/authz/check-request.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { dumpOf, filter, httpManager, listener, staticCluster } from '../trace/dump-of.ts'

export const rbacName = 'envoy.filters.http.rbac'

export const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')

export const inspector = filter('tls', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')

export const downstreamTls = filter('tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
  common_tls_context: {},
})

export const to: JsonObject = { match: { prefix: '/' }, route: { cluster: 'c' } }

export const everyHost: JsonObject = { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [to] }] }

/** An RBAC filter that allows one permission to one principal. */
export function rbac(permission: JsonObject, principal: JsonObject = { any: true }): JsonObject {
  const policies = { p: { permissions: [permission], principals: [principal] } }
  return filter(rbacName, 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action: 'ALLOW', policies } })
}

export function manager(filters: readonly JsonObject[], route_config: JsonObject = everyHost): JsonObject {
  return httpManager({ route_config, http_filters: [...filters, router] })
}

export function behind(port: number, filters: readonly JsonObject[], more: JsonObject = {}, address = '0.0.0.0') {
  const { listener_filters, ...match } = more
  return dumpOf({
    listeners: [
      listener('L', address, port, {
        listener_filters: listener_filters ?? [inspector],
        filter_chains: [{ filters: [...filters], ...match }],
      }),
    ],
    clusters: [staticCluster('c', '1.1.1.1:1')],
  })
}

export async function ask(dump: ReturnType<typeof dumpOf>, spec: RequestSpec) {
  const read = await dump
  const { request, notes } = resolveAuthzRequest(spec, read)
  const { verdict, reason, steps } = checkRequest(read, request).answer
  return { verdict, code: reason.code, text: reason.text, steps, notes }
}

export const verdictOf = async (dump: ReturnType<typeof dumpOf>, spec: RequestSpec) => (await ask(dump, spec)).verdict
