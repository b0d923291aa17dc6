import type { Selection } from '../mesh/selection.ts'
import type { Args } from './command.ts'
import { isOffline, selectionOf } from './selection.ts'

/** The flags that name proxies, in place of words. */
export const namingFlags = ['file', 'url', 'selector'] as const

/** Whether a flag says which proxies are meant. */
export function isNamedByFlag(args: Args): boolean {
  return namingFlags.some((name) => args.string(name) !== undefined)
}

/** What is saved or asked by address, each on its own: where several sources are compared with each other. */
export function savedSources(args: Args): { readonly files: readonly string[]; readonly urls: readonly string[] } {
  return { files: args.strings('file'), urls: args.strings('url') }
}

/** The selection of `--file` or `--url`, whatever words stand beside it. @throws UsageError when both are given */
export function offlineSelection(args: Args, command: string): Selection | undefined {
  return isOffline(args) ? selectionOf(args, { command, targets: [] }) : undefined
}
