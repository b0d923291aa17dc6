// A Kubernetes API server on loopback with one pod, whose Envoy answers with a dump: what a command for a live proxy is run against
// while the code cache is made. Without TLS, which is Node's own code and no part of the program.
const { mkdirSync, writeFileSync } = require('node:fs')
const { createServer } = require('node:http')
const { join } = require('node:path')
const { WebSocketServer } = require('ws')

const labels = { app: 'web' }
const pod = {
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', labels },
  spec: {
    nodeName: 'node',
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.29.0', args: ['proxy', 'sidecar'] },
    ],
  },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:05Z' }],
    containerStatuses: [{ name: 'istio-proxy', ready: true, state: { running: {} } }],
  },
}
const objects = {
  '/api/v1/namespaces/default/pods/web': pod,
  '/api/v1/namespaces/default/pods': { kind: 'PodList', metadata: {}, items: [pod] },
  '/apis/apps/v1/namespaces/default/deployments/web': {
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: labels } },
  },
}

/** Frames of the kubelet have no more. */
const frameSize = 32768

/**
 * Starts the server, and writes `.kube/config` in the home folder for it.
 * @param {string} home
 * @param {Buffer} dump what Envoy answers to each request
 * @returns {Promise<() => void>} ends the server with its connections
 */
async function startServer(home, dump) {
  const server = createServer((request, response) => {
    const object = objects[new URL(request.url, 'http://server').pathname]
    response.writeHead(object === undefined ? 404 : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(object ?? { kind: 'Status', code: 404 }))
  })
  const forwards = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => 'v4.channel.k8s.io' })
  forwards.on('connection', (socket, request) => forward(socket, request, dump))
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  mkdirSync(join(home, '.kube'), { recursive: true })
  writeFileSync(join(home, '.kube', 'config'), kubeconfig(`http://127.0.0.1:${server.address().port}`))
  return () => {
    for (const socket of forwards.clients) socket.terminate()
    server.close()
    server.closeAllConnections()
  }
}

/** A port-forward: both channels begin with the port; each message of the client is a whole request. */
function forward(socket, request, dump) {
  const port = Number(new URL(request.url, 'http://server').searchParams.get('ports'))
  for (const channel of [0, 1]) socket.send(Buffer.of(channel, port & 255, port >> 8))
  socket.on('message', () => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${dump.length}\r\n\r\n`
    const answer = Buffer.concat([Buffer.from(head), dump])
    for (let at = 0; at < answer.length; at += frameSize)
      socket.send(Buffer.concat([Buffer.of(0), answer.subarray(at, at + frameSize)]))
  })
}

/** As kubectl writes it, and with a part as people write it. */
function kubeconfig(server) {
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from('none is needed').toString('base64')}
    server: ${server}
  name: warm
contexts:
- context:
    cluster: warm
    namespace: "default"
    user: 'warm'
  name: warm
current-context: warm
preferences: {}
users:
- name: warm
  user:
    token: none
- {name: other, user: {token: none}}
`
}

module.exports = { startServer }
