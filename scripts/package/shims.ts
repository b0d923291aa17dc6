import type { ArchiveFile } from './archive-file.ts'
import type { Target } from './targets.ts'

/** What each further name of the program starts. kubectl finds plugins and their completion by file name. */
const shims: Readonly<Record<string, string>> = {
  'kubectl-proxy_status': 'status',
  'kubectl_complete-proxy_config': '__complete',
  'kubectl_complete-proxy_status': '__complete status',
}

/**
 * Scripts for the program's other names. An archive cannot hold links (krew refuses them); who installs through krew makes
 * links instead, because the binary also looks at the name it is started by.
 */
export function shimFiles({ os }: Target): ArchiveFile[] {
  return Object.entries(shims).map(([name, words]) => ({
    name: os === 'windows' ? `${name}.cmd` : name,
    content: Buffer.from(
      os === 'windows'
        ? `@"%~dp0kubectl-proxy_config.exe" ${words} %*\r\n`
        : `#!/bin/sh\nexec kubectl-proxy_config ${words} "$@"\n`,
    ),
    executable: true,
  }))
}
