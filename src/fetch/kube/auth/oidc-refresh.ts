import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isObject, type Json, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { boundedBody } from '../../bounded-body.ts'
import { defaultRoots } from '../../default-roots.ts'
import { limits } from '../../limits.ts'
import { ownFile } from '../../own-file.ts'

/** How long the identity provider may take for one answer, in milliseconds. */
const patience = 30_000

/** The fields of an `oidc` auth provider that a refresh needs. */
type OidcConfig = Readonly<Record<string, string | undefined>>

/**
 * A new ID token for a refresh token, as client-go's plugin asks for it (plugin/pkg/client/auth/oidc): the token endpoint from the issuer's
 * metadata, the client's secret in the Authorization header, and where that is refused in the body.
 * @throws AppError in client-go's words
 */
export async function refreshedIdToken(config: OidcConfig, refreshToken: string): Promise<string> {
  const ca = authorityOf(config)
  const issuer = config['idp-issuer-url'] ?? ''
  const metadata = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { ca })
  if (!metadata.ok) throw new AppError(`oidc: failed to query metadata endpoint ${metadata.status}: ${metadata.text}`)
  const endpoint = stringOf(metadata.fields.token_endpoint)
  if (endpoint === undefined) throw new AppError("oidc: discovery object doesn't contain a token_endpoint")
  const id = config['client-id'] ?? ''
  const secret = config['client-secret'] ?? ''
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')
  const first = await ask(endpoint, { ca, form: grant, authorization: `Basic ${basic}` })
  const inBody = { ...grant, client_id: id, ...(secret === '' ? {} : { client_secret: secret }) }
  const answer = first.ok ? first : await ask(endpoint, { ca, form: inBody })
  if (!answer.ok) throw new AppError(`oauth2: cannot fetch token: ${answer.status}: ${errorOf(answer.fields)}`)
  const token = stringOf(answer.fields.id_token)
  if (token === undefined) throw new AppError('token response did not contain an id_token')
  return token
}

function authorityOf(config: OidcConfig): Buffer | undefined {
  const data = config['idp-certificate-authority-data']
  if (data) return Buffer.from(data, 'base64')
  const file = config['idp-certificate-authority']
  return file ? ownFile(file) : undefined
}

interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly text: string
  readonly fields: { readonly [key: string]: Json | undefined }
}

interface Asked {
  readonly ca: Buffer | undefined
  /** What is sent; a GET without it. */
  readonly form?: Readonly<Record<string, string>>
  readonly authorization?: string
}

/** One request to the identity provider. Nothing that it answers is printed but the error that it names. */
async function ask(address: string, { ca, form, authorization }: Asked): Promise<Answer> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    throw new AppError(`${JSON.stringify(address)} is not a URL of an identity provider`)
  const body = form === undefined ? undefined : new URLSearchParams(form).toString()
  const headers = {
    accept: 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  if (ca === undefined) defaultRoots.used()
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: body === undefined ? 'GET' : 'POST', headers, ca, signal: AbortSignal.timeout(patience) },
      (response) => {
        boundedBody(response, url.host, limits.credential)
          .then(({ body: bytes }) => {
            const status = response.statusCode ?? 0
            const text = bytes.toString('utf8')
            resolve({ ok: status === 200, status, text: text.slice(0, 200), fields: fieldsOf(text) })
          })
          .catch(reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function fieldsOf(text: string): Answer['fields'] {
  try {
    const parsed: Json = JSON.parse(text)
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

/** `invalid_grant: the refresh token has expired` (RFC 6749, 5.2). */
function errorOf(fields: Answer['fields']): string {
  return (
    [fields.error, fields.error_description].flatMap((part) => stringOf(part) ?? []).join(': ') || 'no reason given'
  )
}
