import type { ConfigCounters } from '../../analyses/watch/config-counters.ts'
import { AppError } from '../../errors.ts'
import { allOf } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** Names of the secrets and when Envoy loaded them: about 150 bytes each. */
const loadTimesPath = 'config_dump?resource=dynamic_active_secrets&mask=name,last_updated'

/**
 * Whether a proxy counts the updates of its secrets. By default Istio leaves these statistics out.
 * https://istio.io/latest/docs/ops/configuration/telemetry/envoy-stats/
 */
export function countsSecrets(counters: ConfigCounters): boolean {
  return [...counters.keys()].some((name) => /(?:^|\.)sds\./.test(name))
}

/** Whether the secrets of a proxy have been loaded anew since the last look. */
export class MovedSecrets {
  #times: string | undefined

  /** @returns false the first time, and where the admin interface cannot tell */
  async look(proxy: MeshProxy, signal: AbortSignal | undefined): Promise<boolean> {
    const times = await loadTimes(proxy, signal)
    const moved = this.#times !== undefined && times !== undefined && this.#times !== times
    this.#times = times ?? this.#times
    return moved
  }
}

async function loadTimes(proxy: MeshProxy, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const page = await proxy.page(loadTimesPath, signal)
    return page === 'absent' ? undefined : Buffer.from(allOf(page)).toString('utf8')
  } catch (error) {
    // An old Envoy refuses the parameters.
    if (error instanceof AppError && error.code === 'admin-status') return undefined
    throw error
  }
}
