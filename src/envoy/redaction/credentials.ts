import { redacted } from './placeholders.ts'

const credentialWord =
  /authori[sz]ation|cookie|token|api[-_]?key|access[-_]?key|secret|passw(?:or)?d|passphrase|credential|assertion|(?:^|[-_])(?:key|sig|signature(?:[-_]?\d+)?|session(?:[-_]?(?:id|key))?|jwt|auth|pass|pwd)$/i

/** Whether what a header or a parameter of this name holds is a credential: `authorization`, `cookie`, `x-api-key`, `x-auth-token`. */
export function isCredentialName(name: string): boolean {
  return credentialWord.test(name)
}

/**
 * A text that belongs to a header or a parameter, hidden where the name says that it is a credential. A scheme alone (`Bearer `) and
 * what Envoy fills in (`%REQ(x-user)%`) are no secret.
 */
export function withoutCredential(name: string, value: string): string {
  return isCredentialName(name) && !isOnlyScheme(value) ? redacted : value
}

/** Whether a value, or a pattern for one, has no more in it than a scheme and places that Envoy fills in. */
export function isOnlyScheme(value: string): boolean {
  const rest = value.replace(/%[^%]*%/g, '').replace(/\\s|[\s.*+?^$()]/g, '')
  return rest === '' || /^(?:bearer|basic|digest|negotiate|token|apikey)$/i.test(rest)
}

/** What a scheme of HTTP authentication sends; of a lower-case word, which may be prose, at least 16 characters. */
const bearer = /\b(Bearer|Basic|Digest|Negotiate|ApiKey)(\s+)(?![a-z]{1,15}\b(?![\w~+/=.-]))[\w~+/=.-]{4,}/gi

// Each begins where a word does, and at no other place in it: whatever the text, it is read a fixed number of times.
const jsonWebToken = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*/g
/** Of `rc://` (reverse connections) it is the names of a node, a cluster and a tenant. */
const userInfo = /(?<![a-z0-9+.-])(?!rc:)([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]+@/gi
const parameter = /([?&;#])([\w.-]+)=([^&;#\s"'<>]+)/g
const assigned = /(?<![\w.-])(["']?[\w.-]+(?:["']\s*:|["']?\s*=)\s*)(?:"[^"]*"?|'[^']*'?|[^\s,;&}"']+)/g

/** Names of keys, before the word itself. */
const ofKeys = 'api|access|account|encryption|hmac|master|private|secret|shared|signing'

const parameterName =
  /(?:token|secret|passw(?:or)?d|passphrase|pwd|api[-_]?key|access[-_]?key|credential|signature|authorization|assertion|jwt|session[-_]?(?:id|key))$|^(?:key|sig|auth)$/i
const assignedName = new RegExp(
  `(?:token|secret|passw(?:or)?d|passphrase|pwd|authorization|credential|signature|jwt|session[-_]?(?:id|key)|(?:${ofKeys})[-_]?key)["'\\s:=]+$|^["'](?:set-)?cookie["']`,
  'i',
)

/**
 * `password: …`, as YAML and headers write it. `token` and `secret` alone are words of prose, and so is what Envoy's validation says of
 * a field: `Password: value length must be at least 1 characters`.
 */
const labelled = new RegExp(
  `(?<![\\w.-])([\\w.-]*(?:passw(?:or)?d|passphrase|[-_](?:token|secret|pwd)|(?:${ofKeys})[-_]?key|authorization)["']?:[ \\t]+)` +
    `(?!\\[redacted|(?:bearer|basic|digest|negotiate|apikey|value|embedded|required|missing|must)\\b)(?:"[^"]*"?|'[^']*'?|[^\\s,;&}"']+)`,
  'gi',
)
const cookieLine = /(?<![\w.-])((?:set-)?cookie(?::[ \t]+|=))[^\s;=]+=[^\r\n]*/gi

/** A scheme that is not one of those above: `Authorization: Token …`. */
const otherScheme =
  /(?<![\w.-])((?:proxy-)?authorization["']?:[ \t]+(?!\[redacted|(?:required|missing|must|value)\b)[a-z][\w-]*[ \t]+)([\w~+/=.-]{8,})/gi

/** What a command line has behind a flag: `--password …`, `-u user:…`; a word in capitals stands for a value. */
const flagged =
  /(?<![\w-])(-{1,2}(?:[\w-]*-)?(?:passw(?:or)?d|passphrase|pwd|token|secret|(?:api|access|secret|private)-?key)[ \t]+["']?)(?![-<[{$"']|[A-Z_]+\b)([^\s"']{4,})/gi
const flaggedUser = /(?<![\w-])((?:-u|--user)[ \t]+["']?[^\s:"']+:)(?!\d+(?![^\s"']))(?![/[])([^\s"']+)/g

/** A header and its value as code and logs have them: `add("x-api-key", "…")`, `["x-api-key"] = "…"`, `X-Api-Key:[…]`. */
const inCall = /(\(\s*(["'])([\w.-]+)\2\s*,\s*(["']))((?:(?!\4)[^\\]|\\.)*)(?=\4\s*[,)])/g
const inIndex = /(\[\s*(["'])([\w.-]+)\2\s*\]\s*=\s*(["']))((?:(?!\4)[^\\]|\\.)*)(?=\4)/g
const inMap = /(?<![\w-])(([a-z][\w-]*):\[)([^\][]+)(?=\])/gi

/** A member of JSON that stands as a text in JSON. */
const escapedMember = /(?<!\\)(\\{1,8}"([\w.-]+)\\{1,8}"\s*:\s*\\{1,8}")((?:(?!\\{1,8}").)+)/g

/** Base64 of user and password, as Docker keeps it. */
const dockerAuth = /((["'])auth\2\s*:\s*(["']))([\w+/]{8,}={0,2})(?=\3)/g

/** What a client of OAuth is given for a token; other codes are words or short numbers. */
const grantedCode = /^(?=.*\d)[\w~.+/-]{10,}=*$/

/**
 * Tokens of services, which begin alike and are long: GitHub, GitLab, Slack, Google, Stripe, npm, Vault, SendGrid, DigitalOcean, models; and
 * the ids of keys of AWS.
 */
const serviceToken =
  /(?<![\w-])(?:(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|glpat-[\w-]{16,}|do[op]_v1_\w{48,}|sk-[\w-]{32,}|(?<=hooks\.slack\.com\/services\/)[\w/]{20,}|gh[oprsu]_\w{28,}|github_pat_\w{20,}|xox[a-z]-[\w-]{27,}|AIza[\w-]{28,}|[rs]k_live_\w{24,}|npm_\w{28,}|hvs\.[\w-]{28,}|SG\.[\w-]{16,}\.[\w-]{32,})/g

/** What stands for a credential that is hidden. */
type StandIn = (credential: string) => string

const sameForAll: StandIn = () => redacted

/**
 * A text with the credentials in it hidden, by their form: what `Bearer` and `Basic` send, JSON Web Tokens, user and password of a URL,
 * tokens in its query, `password=…`. The rest stays.
 */
export function withoutCredentials(text: string, standIn: StandIn = sameForAll): string {
  let shown = withoutUrlCredentials(text, standIn)
  if (/[\s]/.test(shown))
    shown = shown.replace(bearer, (whole, scheme: string, space: string) => {
      const head = scheme + space
      return head + standIn(whole.slice(head.length))
    })
  if (shown.includes('eyJ')) shown = shown.replace(jsonWebToken, standIn)
  if (shown.length >= 20) shown = shown.replace(serviceToken, standIn)
  if (shown.length >= 8) shown = withoutSpelledCredentials(shown, standIn)
  if (!/[=:]/.test(shown)) return shown
  const unassigned = shown.replace(assigned, (whole, name: string) =>
    assignedName.test(name) && !endsHidden.test(whole)
      ? name + quotedStandIn(whole.slice(name.length), standIn)
      : whole,
  )
  return /:[ \t]|cookie=/i.test(unassigned)
    ? unassigned
        .replace(labelled, (whole, name: string) => name + standIn(whole.slice(name.length)))
        .replace(cookieLine, (whole, name: string) => name + standIn(whole.slice(name.length)))
    : unassigned
}

/** As command lines, code and texts within texts spell them. */
function withoutSpelledCredentials(text: string, standIn: StandIn): string {
  let shown = text
  const ofName = (whole: string, head: string, name: string, value: string) =>
    isCredentialName(name) && value !== '' && !isOnlyScheme(value) && !/\[redacted/.test(value)
      ? head + standIn(value)
      : whole
  if (/-/.test(shown))
    shown = shown
      .replace(flagged, (_, head: string, value: string) => head + standIn(value))
      .replace(flaggedUser, (_, head: string, value: string) => head + standIn(value))
  if (/["']/.test(shown)) {
    for (const form of [inCall, inIndex])
      shown = shown.replace(form, (whole: string, head: string, _: string, name: string, __: string, value: string) =>
        ofName(whole, head, name, value),
      )
    shown = shown.replace(
      dockerAuth,
      (_, head: string, __: string, ___: string, value: string) => head + standIn(value),
    )
  }
  if (shown.includes('\\"'))
    shown = shown.replace(escapedMember, (whole: string, head: string, name: string, value: string) =>
      parameterName.test(name) || /cookie/i.test(name) ? ofName(whole, head, name, value) : whole,
    )
  if (shown.includes(':['))
    shown = shown.replace(inMap, (whole: string, head: string, name: string, value: string) =>
      /-|^authorization$|^cookie$/i.test(name) ? ofName(whole, head, name, value) : whole,
    )
  return shown.includes(':')
    ? shown.replace(otherScheme, (_, head: string, value: string) => head + standIn(value))
    : shown
}

/** What was hidden a moment ago by another form. */
const endsHidden = /\[redacted[^\]]*\]["']?$/

/** Quotes stay around what is hidden, so that a line of JSON is still one; `-` is what logs write for no value. */
function quotedStandIn(value: string, standIn: StandIn): string {
  const [, quote = '', inner = value] = /^(["'])(.*)\1$/s.exec(value) ?? []
  return quote !== '' && (inner === '' || inner === '-') ? value : quote + standIn(inner) + quote
}

/** URLs in a text without user, password, and the tokens of their queries. */
function withoutUrlCredentials(text: string, standIn: StandIn): string {
  const anonymous = text.includes('@')
    ? text.replace(userInfo, (whole, scheme: string) => `${scheme}${standIn(whole.slice(scheme.length, -1))}@`)
    : text
  if (!anonymous.includes('=')) return anonymous
  return anonymous.replace(parameter, (whole, mark: string, name: string, value: string) =>
    parameterName.test(name) || (name === 'code' && grantedCode.test(value))
      ? `${mark}${name}=${standIn(value)}`
      : whole,
  )
}
