import type { JsonObject } from '../../../src/envoy/json.ts'
import { address, typed } from './compare-http.ts'
import type { Random } from './random.ts'

const policies = 'envoy.extensions.load_balancing_policies'

/** Endpoints of priorities, localities, health and weights at random, on 127.1.PLACE.*. */
function assignment(random: Random, place: number, port: number): JsonObject {
  let host = 0
  const groups = Array.from({ length: 1 + random.below(3) }, (_, group) => ({
    priority: Math.min(group, random.below(3)),
    locality: { region: 'r', zone: `z${group}` },
    // Without a weight a locality gets nothing, where localities are weighed.
    ...(random.chance(0.85) ? { load_balancing_weight: 1 + random.below(4) } : {}),
    lb_endpoints: Array.from({ length: 1 + random.below(5) }, () => ({
      endpoint: { address: address(`127.1.${place}.${++host}`, port) },
      health_status: random.pick(['HEALTHY', 'HEALTHY', 'UNHEALTHY', 'DEGRADED', 'DRAINING', 'UNKNOWN']),
      load_balancing_weight: 1 + random.below(3),
    })),
  }))
  // Priorities have to be without gaps.
  const used = [...new Set(groups.map(({ priority }) => priority))].sort()
  return {
    cluster_name: `c${place}`,
    endpoints: groups.map((group) => ({ ...group, priority: used.indexOf(group.priority) })),
    ...(random.chance(0.5)
      ? {
          policy: {
            ...random.pick<JsonObject>([{}, { overprovisioning_factor: 100 }, { overprovisioning_factor: 200 }]),
            ...random.pick<JsonObject>([{}, { weighted_priority_health: true }]),
          },
        }
      : {}),
  }
}

function localities(random: Random): JsonObject {
  return random.pick<JsonObject>([
    {},
    {},
    { locality_weighted_lb_config: {} },
    { locality_weighted_lb_config: {} },
    { zone_aware_lb_config: { fail_traffic_on_panic: true } },
  ])
}

/** LEAST_REQUEST is left out: it leans on how many requests are under way, which no dump knows. */
function policy(random: Random): JsonObject {
  const panic = random.pick<JsonObject>([
    {},
    {},
    { healthy_panic_threshold: {} },
    { healthy_panic_threshold: { value: 30 } },
    { healthy_panic_threshold: { value: 80 } },
  ])
  if (random.chance(0.6)) {
    const common = { ...panic, ...localities(random) }
    return { lb_policy: random.pick(['ROUND_ROBIN', 'RANDOM', 'RING_HASH', 'MAGLEV']), common_lb_config: common }
  }
  const picking = random.pick<JsonObject>([
    typed(`${policies}.round_robin.v3.RoundRobin`, { locality_lb_config: localities(random) }),
    typed(`${policies}.random.v3.Random`, { locality_lb_config: localities(random) }),
    typed(`${policies}.maglev.v3.Maglev`, random.chance(0.5) ? { locality_weighted_lb_config: {} } : {}),
  ])
  const list = (config: JsonObject): JsonObject => ({
    policies: [
      ...(random.chance(0.3) ? [{ typed_extension_config: { name: 'unknown', typed_config: unknownPolicy } }] : []),
      { typed_extension_config: { name: 'p', typed_config: config } },
    ],
  })
  const clientSide = typed(`${policies}.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin`)
  const wrapped = random.chance(0.3)
    ? typed(`${policies}.wrr_locality.v3.WrrLocality`, { endpoint_picking_policy: list(clientSide) })
    : picking
  return { load_balancing_policy: list(wrapped), common_lb_config: panic }
}

const unknownPolicy = typed('xds.type.v3.TypedStruct', { type_url: 'x/no.such.Policy', value: {} })

function breakers(random: Random): JsonObject {
  if (random.chance(0.75)) return {}
  const threshold = random.pick<JsonObject>([
    { max_pending_requests: 0 },
    { max_requests: 0 },
    { max_connections: 0 },
    { max_connection_pools: 0 },
    { max_retries: 0 },
    { max_pending_requests: 0, priority: 'HIGH' },
    { max_requests: 0, priority: 'HIGH' },
  ])
  return { circuit_breakers: { thresholds: [threshold] } }
}

/** A cluster that spreads requests by priority, health, panic, locality and weight, or turns them away. */
export function balancedCluster(random: Random, place: number, port: number): JsonObject {
  return {
    name: `c${place}`,
    ...policy(random),
    ...breakers(random),
    load_assignment: assignment(random, place, port),
  }
}

/** Runtime values that such clusters listen to: each in some runs only, for the panic threshold is that of all. */
export function balancingRuntime(random: Random, places: number): JsonObject {
  const maintained = Array.from({ length: 3 }, () => random.below(places))
  const overflowing = random.below(places)
  return {
    ...Object.fromEntries(
      maintained.map((place) => [`upstream.maintenance_mode.c${place}`, random.pick([0, 30, 100, 250])]),
    ),
    ...(random.chance(0.3) ? { 'upstream.healthy_panic_threshold': random.pick([0, 20, 70]) } : {}),
    [`circuit_breakers.c${overflowing}.default.max_requests`]: random.pick([0, 5000]),
  }
}
