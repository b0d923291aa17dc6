import { AppError } from '../errors.ts'

interface Answer {
  readonly path: string
  /** How errors name the endpoint: `port 15000 of pod "x"`. */
  readonly label: string
  readonly status: number
  readonly body: Uint8Array
  /** The next step when it is not Envoy that answers. */
  readonly wrongPlace: string
}

/**
 * The body of an admin endpoint's answer, if it is one that Envoy gives; 'absent' when it has no such page.
 * @throws AppError naming the status, or saying that this is not Envoy
 */
export function adminBody({ path, label, status, body, wrongPlace }: Answer): Uint8Array | 'absent' {
  if (status === 404) return 'absent'
  if (status !== 200) {
    throw new AppError(`${label} answered HTTP status ${status} to /${shortened(path)}${said(body)}`, {
      code: 'admin-status',
      hint: nextStep(status, wrongPlace),
    })
  }
  if (answersJson(path) && !startsLikeJson(body)) {
    throw new AppError(`${label} answered /${route(path)}, but not like Envoy's admin interface`, {
      code: 'unexpected-answer',
      hint: wrongPlace,
    })
  }
  return body
}

/** Envoy's admin interface redirects nobody, has no answer without a body, and asks nobody who they are. */
function nextStep(status: number, wrongPlace: string): string | undefined {
  if (status === 503) return 'Envoy may still be starting; try again.'
  return status < 400 || status === 401 ? wrongPlace : undefined
}

/** The error for a page that an admin endpoint has not. */
export function noSuchPage({ path, label, wrongPlace }: Pick<Answer, 'path' | 'label' | 'wrongPlace'>): AppError {
  return new AppError(`${label} has no /${route(path)} (HTTP status 404)`, { code: 'admin-status', hint: wrongPlace })
}

function answersJson(path: string): boolean {
  return /^(config_dump|server_info|init_dump)(\?|$)/.test(path) || /[?&]format=json(&|$)/.test(path)
}

function startsLikeJson(body: Uint8Array): boolean {
  const first = body.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return first === 0x7b || first === 0x5b
}

function route(path: string): string {
  return path.split('?')[0] ?? path
}

/** Longest path that an error repeats with its query: the statistics that are picked out take hundreds of characters. */
const maxShown = 60

function shortened(path: string): string {
  return path.length <= maxShown ? path : `${route(path)}?…`
}

/** Envoy's own short text about what is wrong with the request. */
function said(body: Uint8Array): string {
  const line = Buffer.from(body.subarray(0, 300)).toString('utf8').trim().split('\n')[0] ?? ''
  return line === '' || line.startsWith('<') ? '' : `: ${line}`
}
