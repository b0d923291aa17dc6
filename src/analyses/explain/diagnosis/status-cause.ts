import type { Cause } from '../knowledge/cause/cause.ts'
import { grpcStatus } from '../knowledge/statuses.ts'
import type { LoggedRequest } from '../log/logged-request.ts'

/** What the status alone tells, with what stands beside it: whether a host answered. */
export function statusCause(line: LoggedRequest): Cause {
  const code = line.get('code') ?? ''
  const details = line.get('details')
  const grpc = grpcStatus(line.get('grpcStatus'))
  if (grpc !== undefined && grpc.code !== 0 && !/^[45]/.test(code)) return grpcCause(grpc.name, grpc.meaning)
  if (details === 'direct_response') return routeCause(code)
  if (details !== undefined && details !== 'via_upstream') return filterCause(code, details)
  if (details === 'via_upstream' || line.get('upstreamTime') !== undefined) return serverCause(code, 'certain')
  if (line.get('upstreamHost') !== undefined) return serverCause(code, 'likely')
  if (code === '' || code === '0') return unfinished
  return line.has('upstreamHost') ? ownCause(code) : unknownAnswer(code)
}

function grpcCause(name: string, meaning: string): Cause {
  return {
    title: `gRPC ${name}`,
    meaning: `The call ended with gRPC status ${name}: ${meaning}`,
    by: 'upstream',
    sure: 'likely',
    fields: [],
    next: 'Look at the log of the server; a grpc-message header says more.',
    source: 'grpc',
  }
}

function serverCause(code: string, sure: Cause['sure']): Cause {
  return {
    title: code.startsWith('4') ? 'refused by the server' : 'error of the server',
    meaning: `The upstream server itself answered with ${code}${statusWords(code)}`,
    by: code.startsWith('4') && code !== '429' ? 'client' : 'upstream',
    sure: code.startsWith('4') ? 'likely' : sure,
    fields: [],
    next: 'Look at the log of the server: the proxy only passed its answer on. A server can be a proxy as well: its access log says more.',
    source: 'http',
  }
}

function routeCause(code: string): Cause {
  return {
    title: 'answered by a route',
    meaning: `The route itself answers with ${code}`,
    by: 'configuration',
    sure: 'certain',
    fields: ['route.direct_response', 'route.redirect'],
    next: { text: 'kubectl proxy-config routes shows the route.', topic: 'ownAnswer' },
    source: 'details',
  }
}

function filterCause(code: string, details: string): Cause {
  return {
    title: 'answered by a filter',
    meaning: `Something that this program does not know answered with ${code}: ${details}`,
    by: 'policy',
    sure: 'unclear',
    fields: ['http_filters'],
    next: 'kubectl proxy-config filters lists the filters; one that was written for this proxy has details of its own.',
    source: 'details',
  }
}

/** No host was chosen, and no flag says why. */
function ownCause(code: string): Cause {
  return {
    title: 'answered by this proxy',
    meaning: `No host was asked: this proxy itself answered with ${code}${statusWords(code)}`,
    by: 'policy',
    sure: 'unclear',
    fields: ['http_filters', 'route.direct_response'],
    next: 'With %RESPONSE_CODE_DETAILS% in the format of the log the line would say what answered.',
    source: 'http',
  }
}

/** Neither details nor a host: anyone on the way can have answered. */
function unknownAnswer(code: string): Cause {
  return {
    title: `answered with ${code}`,
    meaning: `The answer was ${code}${statusWords(code)}; the line does not say whether the server or this proxy gave it`,
    by: code.startsWith('4') ? 'client' : 'upstream',
    sure: 'unclear',
    fields: [],
    next: 'Flags and details of the same line say who answered: %RESPONSE_FLAGS%, %RESPONSE_CODE_DETAILS%.',
    source: 'http',
  }
}

const unfinished: Cause = {
  title: 'unfinished',
  meaning: 'The line says that it failed, and not why',
  by: 'network',
  sure: 'unclear',
  fields: [],
  next: 'Add %RESPONSE_FLAGS% and %RESPONSE_CODE_DETAILS% to the format of the log.',
  source: 'flags',
}

/** The statuses that logs have most often. (RFC 9110, 15; RFC 6585) */
const words: ReadonlyMap<string, string> = new Map([
  ['400', 'bad request'],
  ['401', 'not authenticated'],
  ['403', 'forbidden'],
  ['404', 'not found'],
  ['405', 'method not allowed'],
  ['408', 'request not sent in time'],
  ['409', 'conflict'],
  ['413', 'request too large'],
  ['415', 'media type not taken'],
  ['421', 'wrong host for this connection'],
  ['426', 'another protocol version is needed'],
  ['429', 'too many requests'],
  ['431', 'headers too large'],
  ['500', 'internal error'],
  ['501', 'not implemented'],
  ['502', 'bad answer from the server behind it'],
  ['503', 'not available'],
  ['504', 'the server behind it did not answer in time'],
])

function statusWords(code: string): string {
  const found = words.get(code)
  return found === undefined ? '' : ` (${found})`
}
