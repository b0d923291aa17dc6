import type { Args, Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { withKubectlOptions } from '../../contract/kubectl-options.ts'
import { clusterLookups } from './cluster-lookups.ts'
import { readCommandLine } from './command-line.ts'
import type { Lookups } from './lookups.ts'
import { proxyLookups } from './proxy-lookups.ts'

/** Lookups on this machine, in the cluster and in the proxy that the finished words name. Libraries are loaded when asked. */
export function machineLookups(command: Command, finished: readonly string[], io: IO): Lookups {
  async function parsed(): Promise<Args> {
    const { parseArgs } = await import('../arguments/parse-args.ts')
    const options = withKubectlOptions(command.options)
    const { awaiting } = readCommandLine(finished, options)
    return parseArgs(awaiting === undefined ? finished : finished.slice(0, -1), options, command.positionals.max)
  }

  return { ...clusterLookups(command, parsed, io), ...proxyLookups(command, parsed, io) }
}
