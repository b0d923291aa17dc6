import type { Host } from '../../../src/fetch/kube/access/host.ts'

/** A machine with nothing on it: no environment, no home. */
export function testHost(
  overrides: Partial<Host> = {},
): Host & { readonly notes: string[]; readonly stderr: string[] } {
  const notes: string[] = []
  const stderr: string[] = []
  return {
    env: {},
    homedir: '/nonexistent',
    cwd: '/nonexistent',
    stdinIsTerminal: false,
    writeStderr: (text) => void stderr.push(text),
    note: (line) => void notes.push(line),
    notes,
    stderr,
    ...overrides,
  }
}
