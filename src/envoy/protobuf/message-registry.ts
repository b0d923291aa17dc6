import { brotliDecompressSync } from 'node:zlib'
import { createFileRegistry, fromBinary, type Registry } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { descriptors } from './descriptors.generated.ts'

let registry: Registry | undefined

/** The messages of Envoy's API v3 and of Istio's own filters; made at the first call, for that takes longer than all of a start. */
export function messageRegistry(): Registry {
  registry ??= createFileRegistry(
    fromBinary(FileDescriptorSetSchema, brotliDecompressSync(Buffer.from(descriptors, 'base64'))),
  )
  return registry
}
