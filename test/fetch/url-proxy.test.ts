import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError, UsageError } from '../../src/errors.ts'
import { urlProxy } from '../../src/fetch/url-proxy.ts'
import { requiredBytes } from '../../src/mesh/proxies/pages.ts'

const notes: string[] = []
const options = { note: (line: string) => void notes.push(line) }

async function serve(listener: RequestListener, where: number | string = 0): Promise<{ server: Server; url: string }> {
  const server = createServer(listener)
  await new Promise<void>((done) =>
    typeof where === 'string' ? server.listen(where, done) : server.listen(where, '127.0.0.1', done),
  )
  const url =
    typeof where === 'string' ? `unix://${where}` : `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, url }
}

function end(server: Server): Promise<unknown> {
  server.closeAllConnections()
  return new Promise((done) => server.close(done))
}

test('an http endpoint, also below a path', async () => {
  const { server, url } = await serve((request, response) =>
    response.end(`{"url":"${request.url}","host":"${request.headers.host}"}`),
  )
  const { host } = new URL(url)
  assert.equal(urlProxy(url, options).label, url)
  assert.equal(
    Buffer.from(await requiredBytes(urlProxy(url, options), 'server_info')).toString(),
    `{"url":"/server_info","host":"${host}"}`,
  )
  const below = await requiredBytes(urlProxy(`${url}/admin/`, options), 'config_dump?mask=bootstrap')
  assert.equal(Buffer.from(below).toString(), `{"url":"/admin/config_dump?mask=bootstrap","host":"${host}"}`)
  await end(server)
})

test('a Unix socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'admin-'))
  const { server, url } = await serve((_request, response) => response.end('{}'), join(folder, 'admin.sock'))
  assert.equal(Buffer.from(await requiredBytes(urlProxy(url, options), 'config_dump')).toString(), '{}')
  await end(server)
  rmSync(folder, { recursive: true })
})

test('nobody there', async () => {
  const { server, url } = await serve(() => undefined)
  await end(server)
  await assert.rejects(requiredBytes(urlProxy(url, options), 'config_dump'), (error: AppError) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.message, `cannot connect to ${url}: connection refused`)
    return true
  })
  await assert.rejects(requiredBytes(urlProxy('unix:///not/there.sock', options), 'config_dump'), /no such socket/)
})

test('a body cut short, an endpoint that says nothing, an abort', async () => {
  const short = await serve((_request, response) => {
    response.writeHead(200, { 'Content-Length': 100 })
    response.write('{"a":')
    setTimeout(() => response.destroy(), 20)
  })
  await assert.rejects(requiredBytes(urlProxy(short.url, options), 'config_dump'), /was cut short after 5 of 100 bytes/)
  await end(short.server)
  const silent = await serve(() => undefined)
  const limited = urlProxy(silent.url, { ...options, requestTimeout: 100 })
  await assert.rejects(requiredBytes(limited, 'config_dump'), /did not answer within 0\.1 s/)
  const reason = new Error('Ctrl-C')
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 20)
  await assert.rejects(requiredBytes(urlProxy(silent.url, options), 'config_dump', controller.signal), reason)
  await end(silent.server)
})

test('a connection that never stands, and one that is closed before it does', async () => {
  for (const [take, message] of [
    [(socket: Socket) => socket.resume(), /^cannot connect to https:.*: i\/o timeout$/],
    [(socket: Socket) => socket.resume().end(), /^cannot connect to https:/],
  ] as const) {
    const server = createTcpServer(take)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const proxy = urlProxy(url, { ...options, requestTimeout: 200 })
    await assert.rejects(requiredBytes(proxy, 'config_dump'), (error: AppError) => {
      assert.ok(error instanceof AppError)
      assert.match(error.message, message)
      return true
    })
    await new Promise((done) => server.close(done))
  }
})

test('what is no endpoint', () => {
  for (const text of ['localhost:15000', 'ftp://x', 'http://', 'unix://'])
    assert.throws(() => urlProxy(text, options), UsageError, text)
})
