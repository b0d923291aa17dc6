import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = join(dirname(fileURLToPath(import.meta.url)), 'lab.sh')
const run = promisify(execFile)
const maxBuffer = 512 * 1024 * 1024

/** A running pod of the lab. `netns` is its network namespace, for `Lab.exec`. */
export interface LabPod {
  name: string
  namespace: string
  ip: string
  netns: string
}

/** What a program left behind; `code` is its exit code (a signal counts as 1). */
export interface Output {
  code: number
  stdout: string
  stderr: string
}

/** The states `lab.sh case` can make. */
export type LabCase =
  | 'stale'
  | 'nack-cluster'
  | 'negative-timeout'
  | 'replica-down'
  | 'no-debug'
  | 'replica-hangs'
  | 'replica-cut-off'
  | 'control-plane-down'

/** The mesh, or the gateways of Contour and Envoy Gateway, which are a cluster of their own. */
export type LabName = 'mesh' | 'gateways'

/** The lab as the end-to-end tests see it. */
export interface Lab {
  /** File with one context per kind of user: local, dev, ops, nobody, execonly, cert, wrong-token, wrong-ca, down. */
  kubeconfig: string
  /** Environment for programs under test: KUBECONFIG and a PATH that starts with the lab's kubectl and istioctl. */
  env: NodeJS.ProcessEnv
  istioctl: string
  envoy: string
  /** The first running pod of a label selector (`app=reviews,version=v1`) or of `deploy/NAME`, `sts/NAME`, `ds/NAME`, `job/NAME`, `rc/NAME`. */
  pod(selector: string, namespace?: string): Promise<LabPod>
  /** Runs a program in a pod's network namespace, as root. */
  exec(netns: string, argv: string[]): Promise<Output>
  /** Runs a program with the lab's environment: kubectl, istioctl, the program under test. */
  run(program: string, args: string[], env?: NodeJS.ProcessEnv): Promise<Output>
  kubectl(...args: string[]): Promise<Output>
  /** GET of a pod's Envoy admin from inside of its namespace; fails unless the answer is 200. */
  admin(pod: LabPod, path: string, port?: number): Promise<string>
  applyCase(name: LabCase): Promise<void>
  removeCase(name: LabCase): Promise<void>
  /** After a pod was deleted or its Envoy was killed: what should run, runs again when this returns. */
  sync(): Promise<void>
  /** Ends what runs in a pod; `sync` starts it again. */
  stop(pod: LabPod): Promise<void>
  /** The process id of a pod's Envoy. */
  envoyPid(pod: LabPod): Promise<number>
}

/**
 * Opens the lab that `lab.sh up` brought up. Throws when a part of it does not run: a test of the lab fails without the
 * lab, it is never skipped.
 */
export async function openLab(which: LabName = 'mesh'): Promise<Lab> {
  const chosen = { ...process.env, PROXY_CONFIG_LAB: which }
  const status = await output('bash', [script, 'status'], chosen)
  if (status.code !== 0) {
    throw new Error(`the lab is not up: run "npm run lab up" as root first\n${status.stdout}${status.stderr}`)
  }
  const env = await labEnvironment(chosen)
  const kubectl = (...args: string[]): Promise<Output> => output('kubectl', args, env)
  const exec = (netns: string, argv: string[]): Promise<Output> => output('ip', ['netns', 'exec', netns, ...argv], env)
  return {
    kubeconfig: required(env, 'KUBECONFIG'),
    env,
    istioctl: required(env, 'LAB_ISTIOCTL'),
    envoy: required(env, 'LAB_ENVOY'),
    run: (program, args, extra = {}) => output(program, args, { ...env, ...extra }),
    kubectl,
    exec,
    pod: (selector, namespace = 'default') => findPod(kubectl, selector, namespace),
    admin: async (pod, path, port = 15000) =>
      succeed(await exec(pod.netns, ['curl', '-sSf', '-m', '20', `http://localhost:${port}/${path}`])),
    applyCase: async (name) => void succeed(await output('bash', [script, 'case', name, 'on'], chosen)),
    removeCase: async (name) => void succeed(await output('bash', [script, 'case', name, 'off'], chosen)),
    sync: async () => void succeed(await output('bash', [script, 'sync'], chosen)),
    stop: async (pod) => void succeed(await output('bash', [script, 'stop', pod.netns], chosen)),
    envoyPid: async (pod) => Number(succeed(await output('bash', [script, 'envoy-pid', pod.netns], chosen))),
  }
}

/** The variables that `lab.sh env` would export. */
async function labEnvironment(chosen: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const text = succeed(await output('bash', ['-c', `eval "$(bash "$0" env)" && env -0`, script], chosen))
  return Object.fromEntries(
    text
      .split('\0')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

async function findPod(kubectl: Lab['kubectl'], selector: string, namespace: string): Promise<LabPod> {
  const labels = /^[a-z]+\/[^=]+$/.test(selector) ? await selectorOf(kubectl, selector, namespace) : selector
  const list = succeed(
    await kubectl('get', 'pods', '-n', namespace, '-l', labels, '--field-selector=status.phase=Running', '-o', 'json'),
  )
  const [first] = (JSON.parse(list) as { items: { metadata: { name: string }; status: { podIP: string } }[] }).items
  if (first === undefined) throw new Error(`the lab has no running pod of ${selector} in ${namespace}`)
  const { name } = first.metadata
  return { name, namespace, ip: first.status.podIP, netns: `${namespace}.${name}` }
}

async function selectorOf(kubectl: Lab['kubectl'], target: string, namespace: string): Promise<string> {
  const { spec } = JSON.parse(succeed(await kubectl('get', target, '-n', namespace, '-o', 'json'))) as {
    spec: { selector: Record<string, string> & { matchLabels?: Record<string, string> } }
  }
  const labels = spec.selector.matchLabels ?? spec.selector
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

async function output(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Output> {
  try {
    return { code: 0, ...(await run(program, args, { env, maxBuffer })) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string }
    return { code: typeof code === 'number' ? code : 1, stdout: stdout ?? '', stderr: stderr ?? String(error) }
  }
}

function succeed(result: Output): string {
  if (result.code !== 0) throw new Error(`exit code ${result.code}: ${result.stderr || result.stdout}`)
  return result.stdout
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (value === undefined) throw new Error(`lab.sh env sets no ${name}`)
  return value
}
