import { isObject, type Json } from '../json.ts'
import { resemblanceOf } from './looks-like.ts'

/** A document in words, for the one who took it for another: `an Envoy config dump`, `the output of /certs`. */
export function whatItIs(document: Json): string {
  const has = (name: string) => isObject(document) && name in document
  if (has('configs')) return 'an Envoy config dump'
  if (has('cluster_statuses') || has('clusterStatuses')) return 'the output of /clusters?format=json'
  return resemblanceOf(document).is
}
