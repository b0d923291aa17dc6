import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures')

/**
 * Dumps of a small mesh of two Kubernetes clusters, for questions whose answers differ: in the second one a proxy has other timeouts and
 * lacks a cluster that its routes lead to, and a route. What is left of the folder goes when it is disposed of.
 */
export class MeshFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'query-'))
  readonly files = [
    this.#saved('east.json', (text) => text),
    this.#saved('west.json', (text) =>
      text
        .replaceAll('"CLUSTER_ID":"Kubernetes"', '"CLUSTER_ID":"west"')
        .replaceAll('"connect_timeout":"10s"', '"connect_timeout":"2s"')
        .replaceAll('"name":"outbound|9080||details.default.svc.cluster.local","type"', '"name":"gone","type"')
        .replaceAll('"name":"15014"', '"name":"15999"'),
    ),
  ]
  readonly flags = this.files.flatMap((file) => ['--file', file])

  #saved(name: string, change: (text: string) => string): string {
    const dump: unknown = JSON.parse(readFileSync(join(fixtures, 'sidecar', 'config_dump.json'), 'utf8'))
    const file = join(this.folder, name)
    writeFileSync(file, change(JSON.stringify(dump)))
    return file
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
