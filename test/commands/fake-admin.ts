import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Answer {
  readonly status?: number
  readonly body: string
}

export interface FakeAdmin {
  readonly url: string
  /** Method and path of each request. */
  readonly requests: string[]
  close(): Promise<void>
}

/** An admin endpoint on loopback that answers as the test says; 404 where it says nothing. */
export async function startFakeAdmin(
  answer: (method: string, path: string, query: URLSearchParams) => Answer | string | undefined,
): Promise<FakeAdmin> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    requests.push(`${method} ${url}`)
    const { pathname, searchParams } = new URL(url, 'http://admin')
    const found = answer(method, pathname, searchParams) ?? { status: 404, body: '' }
    const { status = 200, body } = typeof found === 'string' ? { body: found } : found
    response.writeHead(status).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((done) => server.close(() => done())),
  }
}
