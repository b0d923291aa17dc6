import { isObject, type Json, objectsOf } from '../json.ts'

/** What a document is when it is not a config dump, and what to do with it. */
export interface Resemblance {
  /** Completes "this is …". */
  readonly is: string
  readonly hint?: string
}

interface Mark extends Resemblance {
  matches(document: Json): boolean
}

const hasKeys =
  (...keys: string[]) =>
  (document: Json) =>
    isObject(document) && keys.every((key) => key in document)

const firstItemHas =
  (...keys: string[]) =>
  (document: Json) =>
    Array.isArray(document) && keys.every((key) => key in (objectsOf(document)[0] ?? {}))

/** Holds for a proxy of any control plane. */
export const dumpHint = 'Save a dump with: kubectl proxy-config all POD -o raw > dump.json'

/** In order: the first that matches names the document. */
const marks: readonly Mark[] = [
  {
    is: 'a ztunnel dump',
    hint: 'Try: kubectl proxy-config ztunnel workloads --file FILE',
    matches: (doc) => hasKeys('workloads', 'services')(doc) || hasKeys('workloads', 'policies')(doc),
  },
  { is: 'an empty JSON object', hint: dumpHint, matches: (doc) => isObject(doc) && Object.keys(doc).length === 0 },
  { is: 'an empty list', hint: dumpHint, matches: (doc) => Array.isArray(doc) && doc.length === 0 },
  { is: 'null', hint: dumpHint, matches: (doc) => doc === null },
  { is: 'a single JSON value', hint: dumpHint, matches: (doc) => typeof doc !== 'object' },
  { is: 'the output of /server_info', hint: dumpHint, matches: hasKeys('version', 'state', 'command_line_options') },
  { is: 'the output of /server_info', hint: dumpHint, matches: hasKeys('version', 'state', 'hot_restart_version') },
  { is: 'the output of /certs', hint: dumpHint, matches: hasKeys('certificates') },
  { is: 'the output of /init_dump', hint: dumpHint, matches: hasKeys('unready_targets_dumps') },
  { is: 'the output of /listeners?format=json', hint: dumpHint, matches: hasKeys('listener_statuses') },
  { is: 'the output of /stats?format=json', hint: dumpHint, matches: hasKeys('stats') },
  { is: 'the output of /memory', hint: dumpHint, matches: hasKeys('allocated', 'heap_size') },
  { is: 'the output of /runtime', hint: dumpHint, matches: hasKeys('layers', 'entries') },
  {
    is: "istiod's /debug/syncz",
    hint: 'Try: kubectl proxy-status',
    matches: (doc) => firstItemHas('proxy', 'cluster_sent')(doc) || firstItemHas('proxy', 'istio_version')(doc),
  },
  { is: "istiod's /debug/connections", hint: 'Try: kubectl proxy-status', matches: hasKeys('totalClients') },
  { is: 'a Kubernetes object', hint: dumpHint, matches: hasKeys('apiVersion', 'kind') },
]

/** Whether a document is something this program knows by its shape. */
export function isKnownOtherThing(document: Json): boolean {
  return marks.some(({ matches }) => matches(document))
}

/** Says what a document resembles when it is not a dump; a JSON document of unknown shape is described by its keys. */
export function resemblanceOf(document: Json): Resemblance {
  const mark = marks.find(({ matches }) => matches(document))
  if (mark !== undefined) return mark
  if (Array.isArray(document))
    return { is: `a list of ${document.length} items that are not Envoy resources`, hint: dumpHint }
  return {
    is: `a JSON object with the keys ${Object.keys(document ?? {})
      .slice(0, 5)
      .join(', ')}`,
    hint: dumpHint,
  }
}

/** A document in words, for the one who took it for another: `an Envoy config dump`, `the output of /certs`. */
export function whatItIs(document: Json): string {
  const has = (name: string) => isObject(document) && name in document
  if (has('configs')) return 'an Envoy config dump'
  if (has('cluster_statuses') || has('clusterStatuses')) return 'the output of /clusters?format=json'
  return resemblanceOf(document).is
}

/** The same for text that is neither JSON nor YAML. */
export function resemblanceOfText(text: string): Resemblance {
  if (/^\S+::(?:\S+::)?(?:cx_active|max_connections|added_via_api|observability_name|default_priority)::/m.test(text)) {
    return {
      is: 'the text output of /clusters',
      hint: 'Save /clusters?format=json instead, and try: endpoints --file FILE',
    }
  }
  if (/^\s*(?:<!doctype html|<html)/i.test(text)) return { is: 'an HTML page', hint: dumpHint }
  if (/^active loggers:/m.test(text)) return { is: 'the output of /logging', hint: dumpHint }
  if (/^\S+::\S+:\d+$/m.test(text)) return { is: 'the text output of /listeners', hint: dumpHint }
  if (/^[\w.|-]+: \d+$/m.test(text)) return { is: 'the text output of /stats', hint: dumpHint }
  if (/^-----BEGIN /m.test(text)) return { is: 'a PEM file', hint: dumpHint }
  const [, scalar] = /^\s*(null|true|false|-?\d[\d.]*|"[^"\n]*")\s*$/.exec(text) ?? []
  if (scalar !== undefined) return { is: `the JSON value ${scalar}, not an object`, hint: dumpHint }
  return { is: 'not JSON and not YAML', hint: dumpHint }
}
