import assert from 'node:assert/strict'
import type { Lab, LabPod, Output } from '../lab.ts'
import { fullName, programOf } from './gateway.ts'
import { matches, until } from './until.ts'

/** A proxy and the control plane that it loses. */
export interface Losing {
  readonly lab: Lab
  readonly proxy: LabPod
  readonly controller: LabPod
  /** Where the control plane serves xDS, as its proxy is to be told of it. */
  readonly xdsPort: number
  /** The port from which the proxy gets it; the same, unless something stands between them. */
  readonly sentFrom?: number
  /** Further arguments of `status`. */
  readonly flags: readonly string[]
}

/** Holds back what the control plane sends: what has come stays, and Envoy still answers. */
export async function holdBack({ lab, proxy, xdsPort, sentFrom = xdsPort }: Losing, isOn: boolean): Promise<void> {
  const rule = ['INPUT', '-p', 'tcp', '--sport', String(sentFrom), '-j', 'DROP']
  const { code, stderr } = await lab.exec(proxy.netns, ['iptables', isOn ? '-A' : '-D', ...rule])
  assert.equal(code, 0, stderr)
}

/**
 * Asks for the status of a proxy whose control plane died, and of one that never reached it.
 * @returns what is said while it is dead
 */
export async function loseControlPlane(losing: Losing): Promise<Output> {
  const { lab, proxy, controller, xdsPort, flags } = losing
  const run = programOf(lab)
  const pod = fullName(proxy)
  const difference = () => run('status', pod, ...flags)
  await lab.stop(controller)
  const dead = await until(
    difference,
    ({ stdout, stderr }) =>
      /STALE/.test(stdout) && /connections of \S+ fail/.test(stderr) && /refuses connections/.test(stderr),
  ).finally(() => lab.sync())
  assert.equal(dead.code, 1)
  assert.match(dead.stderr, new RegExp(`${fullName(controller)} refuses connections to its xDS port ${xdsPort}`))
  assert.match(dead.stderr, /not connected to its control plane: connections of \S+ fail/)
  await until(difference, matches)
  await holdBack(losing, true)
  await lab.stop(proxy)
  const started = lab.sync()
  try {
    const row = ({ stdout }: Output) => stdout.split('\n').find((line) => line.startsWith(pod)) ?? ''
    const lost = await until(
      () => run('status', '-n', proxy.namespace, ...flags),
      (answer) => /NOT CONNECTED/.test(row(answer)),
    )
    assert.match(lost.stderr, new RegExp(`^${pod}: not connected to its control plane`, 'm'))
  } finally {
    await holdBack(losing, false)
    await started
  }
  await until(difference, matches)
  return dead
}
