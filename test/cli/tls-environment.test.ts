import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { certificate } from '../fetch/fake-api-server.ts'
import { startWords } from '../run-program.ts'

test('NODE_TLS_REJECT_UNAUTHORIZED does not weaken TLS', async (t) => {
  const { key, cert, remove } = certificate()
  const server = createServer({ key, cert }, (_request, response) => void response.end('{}'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    remove()
    server.closeAllConnections()
    server.close()
  })
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [program, ...before] = startWords
  for (const [argv, message] of [
    [['clusters', '--url', address], /self-signed certificate/],
    [['clusters', 'web', '--server', address], /x509: certificate signed by unknown authority/],
  ] as const) {
    const child = spawn(program, [...before, ...argv], { env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    assert.match(err, message)
    assert.doesNotMatch(err, /Warning/)
    assert.equal(code, 1)
  }
})

test('a system without certificates has no roots, and nothing is said of it', async () => {
  const [program, ...before] = startWords
  const child = spawn(program, [...before, 'clusters', 'web', '--server', 'https://127.0.0.1:9'], {
    env: { ...process.env, SSL_CERT_DIR: '/nonexistent' },
  })
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.match(err, /^The connection to the server 127\.0\.0\.1:9 was refused/)
  assert.equal(code, 1)
})
