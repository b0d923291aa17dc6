import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { extAuthzSkipped } from '../rbac/shadow-metadata.ts'
import { because } from '../reasons/reason.ts'

/** External authorization: a service decides, unless the metadata that turns the filter on is certainly not there. */
export const extAuthz: HttpFilterType = {
  types: ['envoy.extensions.filters.http.ext_authz.v3.ExtAuthz'],
  names: ['envoy.ext_authz', 'envoy.filters.http.ext_authz'],
  authorizes: true,
  disabledPerRoute: true,
  evaluate({ config, context }) {
    return extAuthzSkipped(config, context.known.dynamicMetadata)
      ? continueWith({ reason: because('ext-authz-not-asked', {}) })
      : undecided(because('authorization-service-decides', {}))
  },
}
