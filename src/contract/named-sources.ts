import type { Selection } from '../mesh/selection.ts'
import type { Args } from './command.ts'
import { isOffline, selectionOf } from './selection.ts'

/** The flags that name proxies, in place of words. */
export const namingFlags = ['file', 'url', 'selector'] as const

/** Whether a flag says which proxies are meant. */
export function isNamedByFlag(args: Args): boolean {
  return namingFlags.some((name) => args.string(name) !== undefined)
}

/** The selection of `--file` or `--url`, whatever words stand beside it. @throws UsageError when both are given */
export function offlineSelection(args: Args, command: string): Selection | undefined {
  return isOffline(args) ? selectionOf(args, { command, targets: [] }) : undefined
}
