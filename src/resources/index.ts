import { bootstrap } from './bootstrap.ts'
import { clusters } from './clusters.ts'
import { ecds } from './ecds.ts'
import { eds, endpoints } from './endpoints.ts'
import { filters } from './filters.ts'
import { listeners } from './listeners.ts'
import type { AnyResourceKind } from './resource-kind.ts'
import { routes } from './routes.ts'
import { scopes } from './scopes.ts'
import { secrets } from './secrets.ts'

/** THE list of resource kinds. A kind that stands here has its subcommand, filters, formats, help and documentation. */
export const resourceKinds: readonly AnyResourceKind[] = [
  clusters,
  listeners,
  routes,
  filters,
  scopes,
  endpoints,
  eds,
  secrets,
  ecds,
  bootstrap,
]
