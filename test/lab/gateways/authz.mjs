/**
 * External authorization over gRPC, for the lab: `authz.mjs ADDRESS`. Port 9001 allows requests that have the header x-allow, and denies
 * all others with 403. Messages are envoy.service.auth.v3; their bytes are written by hand, for there are two.
 */
import { createServer } from 'node:http2'

const allowed = Buffer.from([0x0a, 0x00, 0x1a, 0x00])
/** status { code: PERMISSION_DENIED }, denied_response { status { code: 403 } } */
const denied = Buffer.from([0x0a, 0x02, 0x08, 0x07, 0x12, 0x05, 0x0a, 0x03, 0x08, 0x93, 0x03])

const server = createServer()
server.on('stream', (stream) => {
  const parts = []
  stream.on('error', () => undefined)
  stream.on('data', (part) => parts.push(part))
  stream.on('end', () => {
    const message = Buffer.concat(parts).includes('x-allow') ? allowed : denied
    const head = Buffer.alloc(5)
    head.writeUInt32BE(message.length, 1)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.concat([head, message]))
  })
})
server.listen(9001, process.argv[2])
