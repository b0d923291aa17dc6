import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { boundListeners } from '../../semantics/connection/listeners.ts'
import type { Question } from '../trace/request/question.ts'
import { type ResolvedQuestion, resolveQuestion } from '../trace/request/resolve-question.ts'

/**
 * The request at the listener that takes it: policies are about what comes to a workload. A port that the proxy itself listens on is
 * not redirected; Istio's agent, for one, has ports that iptables leaves alone.
 * @throws UsageError
 */
export function resolveAuthzRequest(question: Question, dump: ConfigDump): ResolvedQuestion {
  const { port } = question
  const isBound = boundListeners(dump).some(({ addresses }) => addresses.some((own) => own.port === port))
  const redirected = question.redirected ?? (isBound ? false : undefined)
  return resolveQuestion({ ...question, inbound: true, redirected }, dump)
}
