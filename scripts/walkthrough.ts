import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openLab } from '../test/lab/lab.ts'
import { withOutputs } from './walkthrough/blocks.ts'
import { labNames } from './walkthrough/lab-names.ts'
import { stableOutput } from './walkthrough/stable-output.ts'

/**
 * `node scripts/walkthrough.ts [PAGE...]`: runs every command of the pages in their lab, with kubectl, and puts its output there; without
 * names, of docs/debugging-envoy.md. `--check` only says whether it is as it is there.
 */
const root = join(import.meta.dirname, '..')
const mainPage = 'debugging-envoy'
const chosen = process.argv.slice(2).filter((word) => word !== '--check')
const pages = chosen.length === 0 ? [mainPage] : chosen

const lab = await openLab(pages.includes(mainPage) ? 'mesh' : 'gateways')
const names = await labNames(lab)
const plugins = mkdtempSync(join(tmpdir(), 'walkthrough-'))
try {
  plugin('kubectl-proxy_config', '')
  plugin('kubectl-proxy_status', 'status')
  if (pages.includes(mainPage)) await drained()
  for (const page of pages) await show(page)
} finally {
  rmSync(plugins, { recursive: true })
}

/** @param page name of a file in docs */
async function show(page: string): Promise<void> {
  const path = join(root, 'docs', `${page}.md`)
  const before = readFileSync(path, 'utf8')
  const after = await withOutputs(before, async (command) => {
    const { code, stdout } = await lab.run('sh', ['-c', `{ ${command}\n} 2>&1`], {
      PATH: [plugins, lab.env.PATH].join(delimiter),
    })
    const output = stableOutput(stdout, names)
    return code === 0 ? output : `${output.trimEnd()}\n[exit code ${code}]`
  })
  if (!process.argv.includes('--check')) writeFileSync(path, after)
  else if (before !== after) {
    const found = join(plugins, `${page}.md`)
    writeFileSync(found, after)
    console.log((await lab.run('diff', ['-u', path, found])).stdout)
    console.error(
      `docs/${page}.md is not what the lab says: node scripts/walkthrough.ts ${page}, and read the difference`,
    )
    process.exitCode = 1
  }
}

/** Envoy keeps listeners that were replaced for its drain time, 45 s: a test that ran before may have left some. */
async function drained(): Promise<void> {
  const argv = [join(root, 'src/main.ts'), 'listeners', 'deploy/productpage-v1', '-o', 'jsonl']
  for (const end = Date.now() + 120_000; Date.now() < end; await pause(3000)) {
    const { code, stdout, stderr } = await lab.run(process.execPath, argv)
    if (code !== 0) throw new Error(stderr)
    if (!stdout.includes('"DRAINING"')) return
  }
  throw new Error('the listeners of deploy/productpage-v1 are still draining after two minutes')
}

/** kubectl finds a plugin by its name on the PATH. */
function plugin(name: string, word: string): void {
  const file = join(plugins, name)
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'src/main.ts')}' ${word} "$@"\n`)
  chmodSync(file, 0o755)
}
