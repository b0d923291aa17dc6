import { isObject, type JsonObject, objectsOf } from '../json.ts'

/** Each `envoy.config.listener.v3.FilterChain` of a listener, the default one last. */
export function chainsOfListener({ filter_chains, default_filter_chain }: JsonObject): readonly JsonObject[] {
  const chains = objectsOf(filter_chains)
  return isObject(default_filter_chain) ? [...chains, default_filter_chain] : chains
}
