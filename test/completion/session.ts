import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { dist } from '../../scripts/bundle/build.ts'
import { binaryName, isHost, targetName, targets } from '../../scripts/package/targets.ts'
import { type FakeApiServer, startFakeApiServer } from '../fetch/fake-api-server.ts'
import { dumpNaming, hostileNames, kubeconfigNaming, plainNames } from './hostile.ts'
import { missingFor, type ShellName } from './shells.ts'
import { Terminal } from './terminal.ts'

/** The name of a file that would run something as well; the shell completes it, not the program. */
const hostileFile = 'f$(touch ran-file)`touch ran-file`;x.json'

export interface Session {
  readonly terminal: Terminal
  /** Fails when something ran, or what the line got is not plain. */
  holds(typed: string, line: string): void
  /** What ran so far, which should be nothing. */
  ran(): string[]
}

/**
 * A shell in which the program has the names that krew's links give it, in a folder with `dump.json`, whose names are hostile but for
 * two; the kubeconfig and the API server name such as well.
 * @param script what the shell reads
 * @param path folders before the usual ones
 */
export async function withShell(
  name: ShellName,
  { script, path = [] }: { script: string; path?: readonly string[] },
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const beside = mkdtempSync(join(tmpdir(), 'completion-'))
  const names = [...hostileNames, ...Object.keys(plainNames)]
  let server: FakeApiServer | undefined
  let terminal: Terminal | undefined
  try {
    server = await startFakeApiServer(
      { get: () => ({ items: names.map((each) => ({ metadata: { name: each } })) }) },
      { plain: true },
    )
    const cwd = join(beside, 'work')
    const bin = join(beside, 'bin')
    for (const folder of [cwd, bin, join(cwd, 'files')]) mkdirSync(folder)
    for (const link of [
      'kubectl-proxy_config',
      'kubectl-proxy_status',
      'kubectl_complete-proxy_config',
      'kubectl_complete-proxy_status',
    ])
      symlinkSync(program(), join(bin, link))
    const dumps = [join(cwd, 'dump.json'), join(cwd, 'files', hostileFile), join(beside, 'dump.json')]
    for (const file of dumps) writeFileSync(file, dumpNaming(names))
    writeFileSync(join(beside, 'kubeconfig'), kubeconfigNaming(names, server.url))
    const files = readdirSync(cwd).toSorted()
    terminal = new Terminal(name, {
      cwd,
      beside,
      script,
      env: {
        PATH: [...path, bin, '/usr/bin', '/bin'].join(':'),
        KUBECONFIG: join(beside, 'kubeconfig'),
        LANG: 'C.UTF-8',
      },
    })
    const ran = () => readdirSync(cwd).filter((file) => !files.includes(file))
    await use({
      terminal,
      ran,
      holds(typed, line) {
        assert.deepEqual(ran(), [], `ran by ${JSON.stringify(typed)}`)
        assert.ok(line.startsWith(typed), `${JSON.stringify(typed)} became ${JSON.stringify(line)}`)
        assert.match(line.slice(typed.length), /^[\w./:@%+=, '"-]*$/, typed)
      },
    })
  } finally {
    terminal?.close()
    await server?.close()
    rmSync(beside, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The packaged program of this machine: what people press TAB with. */
function program(): string {
  const host = targets.find(isHost)
  const file = host && join(import.meta.dirname, '../..', dist, targetName(host), binaryName(host))
  assert.ok(file !== undefined && existsSync(file), 'run "npm run package -- --target host" first')
  return file
}

/** Whether a shell is here. Without it a test is skipped, aloud; where COMPLETION=required (.ci/run) it fails. */
export function hasShell(t: TestContext, name: ShellName): boolean {
  const missing = missingFor(name)
  if (missing.length === 0) return true
  const reason = `apt-get install ${missing.join(' ')}`
  assert.notEqual(process.env.COMPLETION, 'required', reason)
  console.error(`*** NOT RUN: ${t.name}: ${reason}`)
  t.skip(reason)
  return false
}
