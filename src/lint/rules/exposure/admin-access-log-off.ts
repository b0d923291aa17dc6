import { isObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Nobody can see who used the admin interface. */
export const adminAccessLogOff: Rule = {
  id: 'admin-access-log-off',
  profile: 'edge',
  severity: 'info',
  title: 'The admin interface has no access log',
  detects: '`admin` of the bootstrap without `access_log`, and with no `access_log_path` or `/dev/null`.',
  impact: 'Who read the configuration, changed a log level or drained the proxy is not recorded.',
  exceptions: 'An admin interface that only processes of the pod reach. Istio and most others have it so.',
  fix: 'Give `admin.access_log` a file or standard output.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto#config-bootstrap-v3-admin',
  ],
  needs: ['bootstrap'],
  check: {
    *proxy({ bootstrap }) {
      const { admin } = bootstrap
      const { access_log, access_log_path } = objectOf(admin)
      const path = stringOf(access_log_path) ?? ''
      if (!isObject(admin) || objectsOf(access_log).length > 0 || (path !== '' && path !== '/dev/null')) return
      yield {
        message: 'requests to the admin interface are not logged',
        cause: 'admin',
        at: { resource: 'bootstrap', path: 'admin' },
      }
    },
  },
}
