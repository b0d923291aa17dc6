import type { Context } from '../../contract/command.ts'
import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { DumpPacker } from '../../page/write/packed-dump.ts'
import type { PackedProxy } from '../../page/write/page-encoder.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'

/** A proxy that was read for a page, and the resources that no proxy before it had. */
interface Packed {
  readonly proxy: PackedProxy
  readonly added: ReadonlyMap<string, string>
}

/** Reads a proxy and takes its dump apart. @throws AppError when it cannot be read */
export async function packedProxy(proxy: MeshProxy, packer: DumpPacker, context: Context): Promise<Packed> {
  const dump = await dumpWithEndpoints(proxy, context)
  const { packed, added } = packer.pack(dump)
  return { proxy: { facts: factsOf(proxy, dump), packed, tables: {} }, added }
}

function factsOf({ id, label }: MeshProxy, dump: ConfigDump): PackedProxy['facts'] {
  const metadata = objectOf(nodeOf(dump).metadata)
  const namespace = id.pod?.namespace ?? stringOf(metadata.NAMESPACE)
  const workload = stringOf(metadata.WORKLOAD_NAME)
  return {
    id: id.name,
    label,
    ...(namespace === undefined ? {} : { namespace }),
    ...(workload === undefined ? {} : { workload }),
    counts: {},
    rejected: 0,
  }
}
