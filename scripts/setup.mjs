// Runs on whatever Node the host has (>= 20): installs the pinned dependencies, Node 26 among them, when they are
// missing or older than the lockfile. After that, npm's own PATH makes every script run on the pinned Node.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

const installed = 'node_modules/.package-lock.json'
const upToDate = existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs

if (!upToDate) {
  console.error('Installing dependencies ...')
  // Not `npm ci`: it refuses a lockfile without the optional packages of other platforms, and a registry mirror may lack
  // some. This takes every locked version with its integrity as well, and leaves the lockfile as it is.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) process.exit(npm.status ?? 1)
}
