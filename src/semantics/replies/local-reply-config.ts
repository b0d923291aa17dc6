import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { withoutCredential } from '../../envoy/redaction/credentials.ts'
import { because } from '../reasons/reason.ts'
import { accessLogFilterTakes } from './access-log-filter.ts'
import { bodyFrom, formatted } from './data-source.ts'
import type { Reply, ReplyFacts } from './reply.ts'

/**
 * An answer after the `local_reply_config` of the connection manager: the first mapper that takes it sets body, headers and status;
 * then its format, or that of the configuration, makes the body. A mapper that cannot be decided is a condition: without it.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/local_reply
 */
export function mappedReply(reply: Reply, config: unknown, facts: ReplyFacts): Reply {
  if (!isObject(config)) return reply
  const { mapper, place, unknown } = firstMapper(config, reply.status, facts)
  const conditions = unknown.map((one) => ({
    filter: 'local_reply_config',
    reason: because('reply-mapper-undecided', { mapper: one }),
  }))
  const mapped = mapper === undefined ? reply : applied(reply, mapper, place)
  return { ...inFormat(mapped, config, mapper, place), conditions: [...reply.conditions, ...conditions] }
}

function firstMapper(config: JsonObject, status: number, facts: ReplyFacts) {
  const unknown: number[] = []
  for (const [place, mapper] of objectsOf(config.mappers).entries()) {
    const taken = accessLogFilterTakes(objectOf(mapper.filter), { ...facts, status })
    if (taken === true) return { mapper, place, unknown }
    if (taken === undefined) unknown.push(place)
  }
  return { mapper: undefined, place: 0, unknown }
}

function applied(reply: Reply, mapper: JsonObject, place: number): Reply {
  const status = numberOf(mapper.status_code)
  const change = because('reply-mapped', { mapper: place, status })
  const body = isObject(mapper.body) ? bodyFrom(mapper.body, `${mapperAt(place)}.body`) : reply.body
  return {
    ...reply,
    status: status ?? reply.status,
    changes: [...reply.changes, change],
    body,
    headers: [...reply.headers, ...headersAdded(mapper.headers_to_add)],
  }
}

function inFormat(reply: Reply, config: JsonObject, mapper: JsonObject | undefined, place: number): Reply {
  const own = mapper?.body_format_override
  if (isObject(own)) return { ...reply, body: formatted(reply.body, own, `${mapperAt(place)}.body_format_override`) }
  if (!isObject(config.body_format)) return reply
  const changes = mapper === undefined ? [...reply.changes, because('reply-formatted', {})] : reply.changes
  return { ...reply, changes, body: formatted(reply.body, config.body_format, 'local_reply_config.body_format') }
}

const mapperAt = (place: number): string => `local_reply_config.mappers[${place}]`

/** `name: value` of HeaderValueOptions, credentials hidden. */
export function headersAdded(options: unknown): string[] {
  return objectsOf(options).map(({ header }) => {
    const { key, value } = objectOf(header)
    const name = stringOf(key) ?? ''
    return `${name}: ${withoutCredential(name, stringOf(value) ?? '')}`
  })
}
