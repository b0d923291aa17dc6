import { extensionLookup } from '../extensions/extension-registry.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { buffer } from './buffer.ts'
import { cache } from './cache.ts'
import { cdnLoop } from './cdn-loop.ts'
import { cors } from './cors.ts'
import { apiKeyAuth } from './credentials/api-key-auth.ts'
import { basicAuth } from './credentials/basic-auth.ts'
import { csrf } from './credentials/csrf.ts'
import { istioAuthn } from './credentials/istio-authn.ts'
import { jwtAuthn } from './credentials/jwt-authn.ts'
import { dynamicForwardProxy } from './dynamic-forward-proxy.ts'
import { extAuthz } from './ext-authz.ts'
import { extProc } from './ext-proc.ts'
import { fault } from './fault.ts'
import { golang } from './golang.ts'
import { headerMutation } from './header-mutation.ts'
import { headerToMetadata } from './header-to-metadata.ts'
import { healthCheck } from './health-check.ts'
import { loadShedding } from './load-shedding.ts'
import { lua } from './lua.ts'
import { composite, matchDelegate } from './match-delegate.ts'
import { passingFilters } from './passing-filters.ts'
import { localRateLimit } from './rate-limits/local-rate-limit.ts'
import { rateLimit } from './rate-limits/rate-limit.ts'
import { rbac } from './rbac.ts'
import { router } from './router.ts'
import { statefulSession } from './sessions/stateful-session.ts'
import { setFilterState } from './set-filter-state.ts'
import { setMetadata } from './set-metadata.ts'
import { undecidedFilters } from './undecided-filters.ts'
import { wasm } from './wasm.ts'

/** THE list of HTTP filters: what each does to a request. */
export const httpFilterTypes: readonly HttpFilterType[] = [
  router,
  rbac,
  jwtAuthn,
  istioAuthn,
  basicAuth,
  apiKeyAuth,
  csrf,
  extAuthz,
  extProc,
  rateLimit,
  localRateLimit,
  matchDelegate,
  composite,
  buffer,
  cache,
  golang,
  ...loadShedding,
  fault,
  cors,
  healthCheck,
  cdnLoop,
  lua,
  wasm,
  headerMutation,
  headerToMetadata,
  setFilterState,
  statefulSession,
  dynamicForwardProxy,
  setMetadata,
  ...undecidedFilters,
  ...passingFilters,
]

/** The kind of a filter by its configuration; undefined for one that this program does not know. */
export const httpFilterType = extensionLookup(httpFilterTypes)
