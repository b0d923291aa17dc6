import type { Args } from '../../contract/command.ts'
import { openCapture } from '../../fetch/capture/open-capture.ts'
import { capturedCluster } from '../../fetch/capture/saved/captured-cluster.ts'
import { sizeLimit } from '../../fetch/limits.ts'
import type { Cluster } from '../../mesh/cluster.ts'

/** The cluster that a capture stands for. @throws AppError when it cannot be read, or is none */
export async function captured(file: string, args: Args, note: (line: string) => void): Promise<Cluster> {
  const capture = await openCapture(file, { maxSize: sizeLimit(args.string('max-size')), note })
  return capturedCluster(capture, { namespace: args.string('namespace'), note })
}
