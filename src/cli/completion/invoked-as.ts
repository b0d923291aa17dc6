/** What the program's names stand for. A link of such a name, or krew's copy of one, gives the binary this role. */
const roles: Readonly<Record<string, readonly string[]>> = {
  'kubectl-proxy_status': ['status'],
  'kubectl_complete-proxy_config': ['__complete'],
  'kubectl_complete-proxy_status': ['__complete', 'status'],
}

/** Words to put in front of the arguments for the file name the program was started by; `.exe` does not matter. */
export function wordsFor(invokedAs: string): readonly string[] {
  return roles[invokedAs.replace(/\.exe$/i, '')] ?? []
}
