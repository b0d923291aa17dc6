// Runs on whatever Node the host has (>= 20), before `npm start` and `npm test`: installs the pinned dependencies, Node among
// them, when they are missing or older than the lockfile, and says at once why it cannot.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pinnedNode, root, usableNode } from './pinned-node.mjs'

/** How long the registry has for its first answer, in milliseconds. */
const patience = 15_000

if (!upToDate()) install()
linkForEditors()
const { problem } = usableNode()
if (problem !== undefined) fail(problem)

function upToDate() {
  const installed = join(root, 'node_modules/.package-lock.json')
  const node = pinnedNode()
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs &&
    (node === undefined || existsSync(node))
  )
}

/** Debuggers are pointed at node_modules/.bin/node (.vscode/launch.json), where not every npm makes a link. */
function linkForEditors() {
  const node = pinnedNode()
  const link = join(root, 'node_modules/.bin/node')
  if (process.platform === 'win32' || node === undefined || !existsSync(node) || existsSync(link)) return
  try {
    symlinkSync(relative(dirname(link), node), link)
  } catch {
    // A folder that cannot be written to: nothing else needs the link.
  }
}

function install() {
  if (Number.parseInt(process.versions.node, 10) < 20)
    fail(`error: this needs Node 20 or newer, not ${process.version}`)
  console.error('Installing dependencies ...')
  const silence = whyNoAnswer()
  // Not `npm ci`: it refuses a lockfile without the optional packages of other platforms, and a registry mirror may lack
  // some. This takes every locked version with its integrity as well, and leaves the lockfile as it is.
  const command = ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error']
  if (silence === undefined) {
    const { status } = npm(command, { stdio: ['ignore', 2, 2] })
    if (status !== 0) process.exit(status ?? 1)
    return
  }
  // Everything may be in npm's cache.
  const { status } = npm([...command, '--offline'], { stdio: 'ignore', timeout: patience })
  if (status === 0) return
  const hint = 'The first run downloads about 150 MB through npm; behind a proxy: npm config set proxy http://HOST:PORT'
  fail(`error: cannot install the dependencies: the npm registry does not answer (${silence}). ${hint}`)
}

/** Why the registry cannot be reached, asked without npm's retries, which take minutes; undefined when it answers. */
function whyNoAnswer() {
  const flags = ['--fetch-retries=0', `--fetch-timeout=${patience - 3000}`, '--prefer-online', '--loglevel=error']
  const { status, stderr, error } = npm(['view', 'esbuild', 'name', ...flags], { encoding: 'utf8', timeout: patience })
  if (error?.code === 'ETIMEDOUT') return `nothing in ${patience / 1000} s`
  if (error !== undefined) return error.message
  if (status === 0) return undefined
  return /\b(?:code|errno) (E\w+)/.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0]
}

/** npm as it was called, else the one on the PATH. */
function npm(argv, options) {
  const own = process.env.npm_execpath ?? ''
  return /npm-cli\.js$/.test(own)
    ? spawnSync(process.execPath, [own, ...argv], { cwd: root, ...options })
    : spawnSync('npm', argv, { cwd: root, shell: process.platform === 'win32', ...options })
}

function fail(line) {
  console.error(line)
  process.exit(1)
}
