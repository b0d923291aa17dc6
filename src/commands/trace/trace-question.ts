import type { Question } from '../../analyses/trace/request/question.ts'
import { type ResolvedQuestion, resolveQuestion } from '../../analyses/trace/request/resolve-question.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { AppError } from '../../errors.ts'
import type { ServiceName } from '../../mesh/api/service-ip.ts'
import { workloadOf } from '../../semantics/connection/capture.ts'
import type { ValidToken } from '../../semantics/request.ts'
import type { TracedProxy } from './traced-proxy.ts'

/**
 * Resolves questions about one proxy: from its dump, and for hosts that the dump does not know by the Service at the API server,
 * which is asked once for each. A saved dump never leads to a cluster.
 */
export function questionResolver(
  { dump, proxy }: TracedProxy,
  context: Context,
): (question: Question) => Promise<ResolvedQuestion> {
  const isOfCluster = proxy.id.pod !== undefined
  const asked = new Map<string, Promise<string | undefined>>()
  const tokens = new Map<string, Promise<ValidToken>>()
  return async (put) => {
    const question = await withToken(put, tokens)
    const resolved = resolveQuestion(question, dump)
    const { unknownHost } = resolved
    if (unknownHost === undefined || !isOfCluster) return resolved
    const address = asked.get(unknownHost) ?? lookUp(unknownHost, dump, context)
    asked.set(unknownHost, address)
    const found = await address
    if (found === undefined) return resolved
    const { request, notes } = resolveQuestion({ ...question, address: found }, dump)
    const note = `the dump does not know the address of ${unknownHost}; ${found} is its Service's, from the API server`
    return { request, notes: [...notes, note], unknownHost: undefined }
  }
}

/** The question with the token of its file, which is read once. */
async function withToken(question: Question, tokens: Map<string, Promise<ValidToken>>): Promise<Question> {
  const { tokenFile } = question
  if (tokenFile === undefined) return question
  const { readToken } = await import('../token/read-token.ts')
  const token = tokens.get(tokenFile) ?? readToken(tokenFile)
  tokens.set(tokenFile, token)
  return { ...question, token: await token }
}

/** Where reading Services is not allowed the host stays unknown, and a note says so. */
async function lookUp(host: string, dump: ConfigDump, { cluster, io, note }: Context) {
  const kube = await cluster()
  const service = serviceOf(host, workloadOf(dump).namespace ?? kube.namespace)
  if (service === undefined) return undefined
  try {
    const address = await kube.serviceIp(service, io.signal)
    // Of `shop.example` it cannot be told whether a Service is meant.
    if (address === undefined && (!host.includes('.') || host.includes('.svc')))
      note(`There is no Service ${service.name} with an address in namespace ${service.namespace}.`)
    return address
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(`The Service of ${host} cannot be looked up: ${error.message}`)
    return undefined
  }
}

/** `reviews`, `reviews.default`, `reviews.default.svc[.cluster.local]`, as the resolver of a pod in the namespace completes them. */
function serviceOf(host: string, namespace: string): ServiceName | undefined {
  const [name = '', of = namespace, kind] = host.split('.')
  return kind === undefined || kind === 'svc' ? { name, namespace: of } : undefined
}
