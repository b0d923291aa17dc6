import { writeFileSync } from 'node:fs'

/** Writes a kubeconfig with a context for each cluster, of the same name. */
export function writeKubeconfig(
  file: string,
  clusters: Readonly<Record<string, { readonly url: string; readonly caFile: string }>>,
): void {
  const content = {
    clusters: Object.entries(clusters).map(([name, { url, caFile }]) => ({
      name,
      cluster: { server: url, 'certificate-authority': caFile },
    })),
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: Object.keys(clusters).map((name) => ({ name, context: { cluster: name, user: 'u' } })),
  }
  writeFileSync(file, JSON.stringify(content))
}
