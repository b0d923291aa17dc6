import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bundleFile, dist } from '../bundle/build.ts'
import { binaryName, isHost, targetName, targets } from '../package/targets.ts'

/** A program under test and how it is started. */
export interface Program {
  /** What exactly is run, for the report. */
  readonly title: string
  readonly program: string
  /** What stands before a command's own words. */
  readonly before: readonly string[]
}

/**
 * Our program as users run it: the executable in dist for this platform where that was built, else the bundle with
 * this Node.
 * @throws Error when neither was built
 */
export function ownProgram(root: string): Program {
  const bundle = join(root, dist, bundleFile)
  const target = targets.find(isHost)
  if (target !== undefined) {
    const executable = join(root, dist, targetName(target), binaryName(target))
    if (existsSync(executable)) return { title: 'the packaged executable', program: executable, before: [] }
  }
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`)
  const title = `the bundle with Node ${process.versions.node} (no packaged executable in dist)`
  return { title, program: process.execPath, before: [bundle] }
}

/** The istioctl to compare with: $ISTIOCTL, the one on PATH, or the lab's; undefined where there is none. */
export function istioctl(root: string): Program | undefined {
  const program = process.env.ISTIOCTL ?? onPath('istioctl') ?? labIstioctl(root)
  if (program === undefined) return undefined
  const version = execFileSync(program, ['version', '--remote=false'], { encoding: 'utf8' }).trim()
  return { title: `istioctl (${version})`, program, before: [] }
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** The lab prints where it built its own. */
function labIstioctl(root: string): string | undefined {
  try {
    const env = execFileSync('bash', [join(root, 'test/lab/lab.sh'), 'env'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const program = /LAB_ISTIOCTL=(\S+)/.exec(env)?.[1]
    return program !== undefined && isExecutable(program) ? program : undefined
  } catch {
    return undefined
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
