import type { Duplex } from 'node:stream'
import type { Connection } from '../api/connection.ts'
import { type PodAddress, portForward } from './port-forward.ts'

/** A port-forward that is opened while its pod is still being looked up, which saves a round trip to the API server. */
export interface EarlyForward {
  /** The connection if it leads there; once. Otherwise it is ended. */
  take(address: PodAddress): Promise<Duplex> | undefined
  /** Ends it unused. */
  drop(): void
}

export function earlyForward(connection: Connection, expected: PodAddress, signal?: AbortSignal): EarlyForward {
  let stream: Promise<Duplex> | undefined = portForward(connection, expected, signal)
  // Whoever takes it gets the failure; until then, and if nobody does, it is nobody's error.
  stream.catch(() => undefined)
  function drop(): void {
    stream?.then(
      (unused) => unused.destroy(),
      () => undefined,
    )
    stream = undefined
  }
  return {
    take({ name, namespace, port }) {
      const fits = name === expected.name && namespace === expected.namespace && port === expected.port
      if (!fits) drop()
      const taken = stream
      stream = undefined
      return taken
    },
    drop,
  }
}
