import { connect, type KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { type FakeApiServer, type FakeHandlers, startFakeApiServer } from '../fake-api-server.ts'
import { testHost } from './test-host.ts'

/** Opens a cluster on a fake API server for the time of one use. */
export async function withServer(
  handlers: FakeHandlers,
  use: (cluster: KubeCluster, server: FakeApiServer) => Promise<void>,
): Promise<void> {
  const server = await startFakeApiServer(handlers, { plain: true })
  const cluster = connect({ server: server.url }, testHost())
  try {
    await use(cluster, server)
  } finally {
    cluster.close()
    await server.close()
  }
}
