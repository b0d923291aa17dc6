import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { executable, runProgram } from '../../run-program.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'

function sidecar() {
  return startMesh({
    pods: [meshPod('web', 'default')],
    answer: (_pod, _port, path) =>
      path.startsWith('config_dump') ? readFileSync('test/fixtures/sidecar/config_dump.json', 'utf8') : '{}',
  })
}

test('a name that neither the dump nor the API server knows: no made-up address stands for it', async () => {
  const mesh = await sidecar()
  try {
    const { err } = await mesh.run('trace', 'web', 'http://nosuch/', '--follow')
    assert.equal(
      err,
      `There is no Service nosuch with an address in namespace default.
the dump does not know the address of nosuch: --address says it
`,
    )
    assert.ok(!mesh.api.requests.some((request) => request.includes('podIP')))
    const outside = await mesh.run('trace', 'web', 'http://nosuch.example.com/')
    assert.doesNotMatch(outside.err, /There is no Service/)
  } finally {
    await mesh.close()
  }
})

const noTerminal = executable === undefined ? false : 'an executable gets no terminal here'
test('at a terminal: where the destination has a proxy of its own, how to go on in it', {
  skip: noTerminal,
}, async () => {
  const mesh = await sidecar()
  const { url, caFile } = mesh.api
  const notes = async (...argv: string[]) => {
    const access = ['--server', url, '--certificate-authority', caFile, '--token', 'secret']
    return (await runProgram(['trace', 'web', ...argv, ...access], { terminal: true })).err
  }
  try {
    const onward = "The destination's proxy can still reject the request: --follow traces it there too.\n"
    assert.equal(await notes('http://reviews:9080/x'), onward)
    assert.equal(await notes('http://reviews:9080/x', '-o', 'json'), '')
    assert.equal(await notes('http://reviews:9080/health'), '', 'answered by the proxy itself')
    assert.equal((await mesh.run('trace', 'web', 'http://reviews:9080/x')).err, '', 'no terminal')
  } finally {
    await mesh.close()
  }
})
