import type { Rule } from '../../rule.ts'

/** The mending of a security fault is switched off. */
export const securityGuardReverted: Rule = {
  id: 'security-guard-reverted',
  profile: 'core',
  severity: 'warning',
  title: 'The mending of a security fault is switched off',
  detects: 'Guards in the layered runtime of the bootstrap that are false: each brings a mended fault back.',
  impact: 'The fault that the guard mends is there again.',
  exceptions: 'Guards that vendors switch off themselves (Istio: `http_reject_path_with_fragment`).',
  fix: 'Take the key out of the runtime.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/runtime'],
  needs: ['bootstrap'],
  check: {
    *proxy({ index }) {
      for (const guard of guards) {
        if (index.runtime.value(`envoy.reloadable_features.${guard}`) === false)
          yield { message: `the runtime switches ${guard} off`, at: { resource: 'bootstrap' } }
      }
    },
  },
}

/** Guards of fixes for security faults. (Envoy changelogs) */
const guards: readonly string[] = [
  'rbac_match_headers_individually',
  'http2_include_cookies_in_limits',
  'quic_validate_headers_only_content_length',
  'limit_json_parser_nesting_depth',
  'sanitize_te',
  'check_switch_protocol_websocket_handshake',
  'uri_template_match_on_asterisk',
  'sanitize_sni_in_access_log',
  'explicit_internal_address_config',
  'safe_http2_options',
]
