import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { runProgram, startWords } from '../../run-program.ts'
import type { RunningMesh } from '../fake-mesh.ts'
import { startSmallMesh } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'interrupted-'))
after(() => rmSync(folder, { recursive: true }))

function start({ api }: RunningMesh, before: readonly string[], ...argv: string[]) {
  const [first = '', ...words] = [...before, ...startWords]
  const access = ['--server', api.url, '--certificate-authority', api.caFile, '--token', 'secret']
  const child = spawn(first, [...words, ...argv, ...access], { stdio: ['ignore', 'pipe', 'pipe'] })
  const code = new Promise<number | null>((done) => child.once('close', done))
  return { child, ended: Promise.all([code, text(child.stdout), text(child.stderr)]) }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 20))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} leaves a whole file that says so, and --resume continues it`, async () => {
    const file = join(folder, `${signal}.zip`)
    let asked = false
    // Of one proxy the port is open, and nobody answers.
    const hanging = await startSmallMesh((pod, path) => {
      if (pod !== 'cart-1' || path === '') return undefined
      asked = true
      return 'refused'
    })
    try {
      const { child, ended } = start(hanging, [], 'capture', '-A', '--to', file)
      await until(() => asked && existsSync(file) && statSync(file).size > 20_000)
      child.kill(signal)
      const [code, out, err] = await ended
      assert.equal(code, 130, err)
      assert.match(err, new RegExp(`Interrupted: --resume --to ${file} continues it\\.\\n$`))
      assert.match(out, /proxy +default +web-1/)
    } finally {
      await hanging.close()
    }
    const shown = await runProgram(['capture', 'show', file])
    assert.equal(shown.code, 0)
    assert.match(shown.err, /was interrupted: what was not read until then is not in it\./)
    const { out, code } = await runProgram(['clusters', 'deploy/web', '--capture', file])
    assert.equal(code, 0)
    assert.ok(out.includes('reviews'))
    assert.match((await runProgram(['clusters', 'cart-1.shop', '--capture', file])).err, /it was not captured\n/)
    const mesh = await startSmallMesh()
    try {
      assert.equal((await mesh.run('capture', '-A', '--to', file, '--resume')).code, 0)
    } finally {
      await mesh.close()
    }
    const whole = await runProgram(['clusters', 'cart-1.shop', '--capture', file])
    assert.deepEqual([whole.code, whole.err], [0, ''])
  })
}

test('a second Ctrl-C ends it at once', async () => {
  const file = join(folder, 'twice.zip')
  let asked = false
  const hanging = await startSmallMesh((pod, path) => {
    if (path !== '' && pod === 'cart-1') asked = true
    return path === '' || pod !== 'cart-1' ? undefined : 'refused'
  })
  try {
    const { child, ended } = start(hanging, [], 'capture', '-A', '--to', file)
    await until(() => asked)
    child.kill('SIGINT')
    child.kill('SIGINT')
    assert.equal((await ended)[0], 130)
  } finally {
    await hanging.close()
  }
})

/** A disk with the first capture on it, and hardly any space beside that; what is on it in the end is copied off. */
const secondScript = (disk: string) =>
  `mount -t tmpfs -o size=48k none ${disk} && cp ${folder}/full.zip ${disk} && { "$@"; code=$?; cp ${disk}/full.zip ${folder}/kept.zip; cp ${disk}/*.resumed ${folder}/left-over 2> ${folder}/none; exit $code; }`

const isRoot = process.platform === 'linux' && process.getuid?.() === 0

test('a full disk is told in a line, and what was written is read', {
  skip: isRoot ? false : 'needs a small file system: root on Linux',
}, async () => {
  const disk = join(folder, 'disk')
  const script = `mkdir -p ${disk} && mount -t tmpfs -o size=40k none ${disk} && { "$@"; code=$?; cp ${disk}/full.zip ${folder}; exit $code; }`
  const mesh = await startSmallMesh()
  try {
    const words = ['unshare', '--mount', 'bash', '-c', script, 'bash']
    const { ended } = start(mesh, words, 'capture', '-A', '--to', join(disk, 'full.zip'))
    const [code, out, err] = await ended
    assert.equal(code, 1, err)
    assert.equal(out, '')
    assert.equal(
      err,
      `error: cannot write ${disk}/full.zip: no space left on device\nWhat was written before that can be read. When there is space, resume with --resume.\n`,
    )
    const { err: said, code: read } = await runProgram(['status', '--capture', join(folder, 'full.zip')])
    assert.match(said, /^.*full\.zip is cut short or broken/)
    assert.equal(read, 0, said)
    const file = join(folder, 'full.zip')
    const before = readFileSync(file)
    const again = start(
      mesh,
      ['unshare', '--mount', 'bash', '-c', secondScript(disk), 'bash'],
      ...['capture', '-A', '--to', join(disk, 'full.zip'), '--resume'],
    )
    const [stillFull, , why] = await again.ended
    assert.equal(stillFull, 1, why)
    assert.match(why, /^error: cannot write .*full\.zip\.resumed: no space left on device\n/m)
    assert.deepEqual(readFileSync(join(folder, 'kept.zip')), before, 'what there was is kept')
    assert.equal(existsSync(join(folder, 'left-over')), false, 'and nothing beside it')
    const resumed = await mesh.run('capture', '-A', '--to', file, '--resume')
    assert.equal(resumed.code, 0, resumed.err)
    for (const pod of ['web-1.default', 'cart-1.shop']) {
      const { code: whole, err: nothing } = await runProgram(['clusters', pod, '--capture', file])
      assert.deepEqual([whole, nothing], [0, ''])
    }
  } finally {
    await mesh.close()
  }
})
