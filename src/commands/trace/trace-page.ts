import { headerOf } from '../../analyses/request-options/connection-options.ts'
import { type Question, queryOf, questionOf } from '../../analyses/trace/question/question.ts'
import type { Args, Context } from '../../contract/command.ts'
import { type Json, listOf, objectOf, stringOf } from '../../envoy/json.ts'
import { UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { fragmentOf } from '../../page/read/place.ts'
import type { TraceRequest } from '../../semantics/request.ts'
import type { ResolvedRequest } from '../../walk/request/resolve-request.ts'
import { writeAnswerPage } from '../report/answer-page.ts'

/** What a page cannot ask again: it reads no file, and has no statistics. */
const notInPage: ReadonlyMap<string, string> = new Map([
  ['requests', 'it shows one request: trace them one by one, or with -o json'],
  ['token-file', 'it reads no file: --claim says what the token holds'],
  ['traffic', 'it holds no statistics of clusters: -o table and -o json show them'],
])

/** @throws UsageError for a flag that a page would lose without a word */
export function refuseNotInPage(args: Args): void {
  for (const [flag, why] of notInPage)
    if (args.strings(flag).length > 0 || args.boolean(flag) === true)
      throw new UsageError(`-o html does not go with --${flag}: ${why}`)
}

/** A request that was traced, and the proxies on its way, the first of them in front. */
interface TracedWay {
  readonly url: string | undefined
  readonly request: TraceRequest
  /** What the first proxy alone knows of the request. */
  readonly known: ResolvedRequest
  readonly proxies: readonly MeshProxy[]
}

/** Writes the page of a trace: it asks the question again when it is opened. @returns the exit code of reading the proxies */
export function writeTracePage(
  { url, request, known, proxies }: TracedWay,
  args: Args,
  context: Context,
): Promise<number> {
  const [first] = proxies
  if (first === undefined) throw new Error('a request is traced through a proxy')
  const question = withLookedUp(questionOf(url, args), request, known)
  return writeAnswerPage(
    {
      proxies: [...new Map(proxies.map((proxy) => [proxy.id.name, proxy])).values()],
      source: `trace through ${first.label}`,
      start(idOf, redact) {
        const shown = withoutCredentials(question, redact)
        if (shown !== question) context.note(credentialNote)
        return fragmentOf(['proxy', idOf(first) ?? first.id.name, 'trace'], queryOf(shown))
      },
    },
    args,
    context,
  )
}

const credentialNote =
  'The page does not hold the credentials of the request: a token stands for each, and the answer there is another one where they decide.'

/** The question as a page may hold it; the same one where it has no credentials. */
function withoutCredentials(question: Question, redact: (value: Json) => Json): Question {
  let isChanged = false
  const hidden = (name: string, value: string): string => {
    const shown = name === 'header' ? hiddenHeader(value, redact) : stringOf(objectOf(redact({ [name]: value }))[name])
    if (shown === undefined || shown === value) return value
    isChanged = true
    return shown
  }
  const url = question.url === undefined ? undefined : hidden('url', question.url)
  const flags = [...question.flags].map(([name, values]) => [name, values.map((value) => hidden(name, value))] as const)
  return isChanged ? { url, flags: new Map(flags) } : question
}

/** What is hidden of a header depends on its name. */
function hiddenHeader(text: string, redact: (value: Json) => Json): string {
  const [name, value] = headerOf(text)
  const [header] = listOf(objectOf(redact({ headers: [[name, value]] })).headers)
  const shown = stringOf(listOf(header)[1])
  return shown === undefined || shown === value ? text : `${name}: ${shown}`
}

/** The question with what the API server said: the page cannot ask it. */
function withLookedUp(
  { url, flags }: Question,
  { destination: { address, port } }: TraceRequest,
  { unknownHost, servicePort }: ResolvedRequest,
): Question {
  const found = new Map(flags)
  if (unknownHost !== undefined && address !== undefined) found.set('address', [address])
  if (servicePort !== undefined) found.set('target-port', [String(port)])
  return { url, flags: found }
}
