import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Lab, type LabPod, openLab } from '../../lab.ts'

interface Snapshot {
  version: string
  resources: Record<string, unknown>[]
}

/** A control plane of go-control-plane in the lab, and its proxy. */
export interface SnapshotServer {
  readonly name: 'by id' | 'by cluster'
  readonly proxy: LabPod
  readonly controller: LabPod
  readonly xdsPort: number
  /** Sends the first snapshot, changed: under a version of its own, for the same version is not sent again. */
  send(change?: (resources: Record<string, unknown>[]) => Record<string, unknown>[]): void
}

/** Opens both. @throws Error when the lab is not up, or up without this part */
export async function openSnapshotServers(): Promise<{ readonly lab: Lab; readonly all: readonly SnapshotServer[] }> {
  const lab = await openLab('gateways')
  if (lab.env.LAB_PARTS?.split(' ').includes('go-control-plane') !== true)
    throw new Error('the lab is up without the part go-control-plane')
  const [byId, byCluster, delta, whole] = await Promise.all(
    ['by-id', 'by-cluster', 'delta', 'whole'].map((app) => lab.pod(`app=${app}`, 'xds')),
  )
  if (byId === undefined || byCluster === undefined || delta === undefined || whole === undefined)
    throw new Error('four pods were asked for')
  const folder = join(dirname(lab.kubeconfig), 'snapshots')
  return {
    lab,
    all: [
      {
        name: 'by id',
        proxy: delta,
        controller: byId,
        xdsPort: 18_000,
        send: sender(join(folder, 'by-id/delta-0.json')),
      },
      {
        name: 'by cluster',
        proxy: whole,
        controller: byCluster,
        xdsPort: 18_443,
        send: sender(join(folder, 'by-cluster/edge.json')),
      },
    ],
  }
}

const first = new URL('../../manifests/gateways/snapshot.json', import.meta.url)

function sender(file: string): SnapshotServer['send'] {
  return (change = (resources) => resources) => {
    const { resources } = JSON.parse(readFileSync(first, 'utf8')) as Snapshot
    const snapshot: Snapshot = { version: String(Date.now()), resources: change(resources) }
    writeFileSync(`${file}.new`, JSON.stringify(snapshot))
    renameSync(`${file}.new`, file)
  }
}
