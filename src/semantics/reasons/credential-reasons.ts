import type { NoArgs, Texts } from './texts.ts'

/** Why a filter that judges credentials ends a request. */
export interface CredentialAnswers {
  'jwt-missing': NoArgs
  /** @property message in Envoy's words */
  'jwt-invalid': { readonly message: string }
  'jwt-requirement-unknown': { readonly requirement: string }
  'mutual-tls-required': NoArgs
  'basic-auth-refused': { readonly problem: keyof typeof basicAuthProblems }
  'api-key-refused': { readonly problem: keyof typeof apiKeyProblems }
  'csrf-origin-refused': { readonly origin: string; readonly host: string }
}

/** What the decision of such a filter depends on. */
export interface CredentialReasons extends CredentialAnswers {
  'jwt-token-unchecked': NoArgs
  'jwt-time-unknown': NoArgs
  'jwt-issuer-unknown': NoArgs
  'jwt-audience-unknown': NoArgs
  'session-decides': NoArgs
  'credentials-decide': NoArgs
  'api-key-decides': NoArgs
  'authentication-policy-decides': NoArgs
  'authentication-service-decides': NoArgs
}

const basicAuthProblems = {
  missing: 'requires user and password and none are sent',
  scheme: 'requires the Basic scheme, and other credentials are sent',
  format: 'the credentials are not user and password in base64',
  user: 'does not know the user',
} as const

const apiKeyProblems = {
  missing: 'requires a key and none is sent',
  unknown: 'does not know the key',
  client: 'does not allow the client of this key here',
} as const

export const credentialTexts: Texts<CredentialReasons> = {
  'jwt-missing': () => 'requires a token and none is sent',
  'jwt-invalid': ({ message }) => `does not accept the token: ${message}`,
  'jwt-requirement-unknown': ({ requirement }) =>
    `the route names the requirement ${requirement}, which the filter does not have`,
  'mutual-tls-required': () => 'requires mutual TLS, and the client has no certificate',
  'basic-auth-refused': ({ problem }) => basicAuthProblems[problem],
  'api-key-refused': ({ problem }) => apiKeyProblems[problem],
  'csrf-origin-refused': ({ origin, host }) =>
    origin === ''
      ? 'neither Origin nor Referer says where the request comes from'
      : `it comes from ${origin}, which is neither ${host} nor one of additional_origins`,
  'jwt-token-unchecked': () =>
    'whether the token is valid cannot be checked from a dump (--claim and --token-file stand for a valid one)',
  'jwt-time-unknown': () => 'the token is valid for a time, and no moment is given',
  'jwt-issuer-unknown': () => 'it depends on who issued the token (--claim iss=ISSUER)',
  'jwt-audience-unknown': () => 'it depends on the audience of the token (--claim aud=AUDIENCE)',
  'session-decides': () => 'the session decides',
  'credentials-decide': () => 'the credentials decide',
  'api-key-decides': () => 'the key decides',
  'authentication-policy-decides': () => 'the authentication policy decides',
  'authentication-service-decides': () => 'the authentication service decides',
}
