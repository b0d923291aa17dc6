import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** What is sent: text over one connection, plain or TLS. */
export interface Sending {
  readonly case: string
  readonly address: string
  readonly port: number
  readonly text: string
  readonly tls?: { readonly servername?: string; readonly alpn: readonly string[] }
}

/** Which connection it was: `ADDRESS:PORT` of the client. */
export interface Sent {
  readonly case: string
  readonly client: string
}

/** Run with a file of sendings inside a network namespace: sends them, a few at a time, and prints a `Sent` for each. */
if (import.meta.main) {
  const sendings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Sending[]
  for (let at = 0; at < sendings.length; at += 16) {
    for (const sent of await Promise.all(sendings.slice(at, at + 16).map(send))) console.log(JSON.stringify(sent))
  }
}

async function send({ case: name, address, port, text, tls }: Sending): Promise<Sent> {
  const socket = connect({ port, host: address })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  // Who leaves before the answer is logged as gone: it only ends what would wait for ever.
  const timer = setTimeout(() => socket.destroy(), 15_000)
  await Promise.race([once(socket, 'connect').catch(() => undefined), closed])
  const client = `${socket.localAddress ?? ''}:${socket.localPort ?? 0}`
  if (tls === undefined) exchange(socket, text)
  else {
    const { servername, alpn } = tls
    const secure = connectTls({
      socket,
      rejectUnauthorized: false,
      ALPNProtocols: [...alpn],
      ...(servername === undefined ? {} : { servername }),
    })
    secure.on('error', () => socket.destroy())
    secure.on('secureConnect', () => exchange(secure, text))
    secure.on('close', () => socket.destroy())
  }
  await closed
  clearTimeout(timer)
  return { case: name, client }
}

/** Reads a whole answer: who leaves earlier is logged as gone. Envoy keeps connections open for a while after answers of its own. */
function exchange(socket: Socket, text: string): void {
  let answer = ''
  socket.write(text)
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
    const head = answer.indexOf('\r\n\r\n')
    const length = /^content-length: (\d+)/im.exec(answer.slice(0, head))?.[1]
    if (head >= 0 && answer.length >= head + 4 + Number(length ?? 0)) socket.destroy()
  })
  socket.on('end', () => socket.destroy())
}
