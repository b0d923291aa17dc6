import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { type Lab, type LabPod, openLab } from '../lab.ts'
import { awaitInDump, bodyFrom, proxyConfig, statusFrom, withObjects } from './mesh-state.ts'

// Server certificates that the client's sidecar does not accept: what --follow says beside what Envoy does.

const url = 'http://details:9080/details/1'

let lab: Lab
let productpage: LabPod
let details: LabPod
before(async () => {
  lab = await openLab()
  productpage = await lab.pod('app=productpage')
  details = await lab.pod('app=details')
})

function destinationRule(name: string, tls: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec:
  host: details.default.svc.cluster.local
  trafficPolicy: {tls: ${tls}}
`
}

/** Without it TLS that is not Istio's finds no filter chain. */
const strict = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: lab-strict, namespace: default}
spec: {selector: {matchLabels: {app: details}}, mtls: {mode: STRICT}}
`

/** What --follow says of the way to details. */
async function followed(): Promise<string> {
  const { code, stdout, stderr } = await proxyConfig(lab, 'trace', productpage.name, url, '--follow', '--exit-code')
  assert.equal(code, 1, stdout + stderr)
  return `${stdout}${stderr}`
}

/** Envoy does not accept the certificate. @returns what --follow says of it */
async function refused(): Promise<string> {
  const text = await followed()
  assert.equal(await statusFrom(lab, productpage, url), '503')
  assert.match(await bodyFrom(lab, productpage, url), /connection failure|CERTIFICATE_VERIFY_FAILED/)
  assert.match(text, /=> .*503 UF/)
  return text
}

test('a certificate with a name that the DestinationRule does not expect: 503 UF, with both names', async (t) => {
  const expected = 'spiffe://cluster.local/ns/default/sa/somebody-else'
  await withObjects(t, lab, destinationRule('lab-wrong-name', `{mode: ISTIO_MUTUAL, subjectAltNames: ["${expected}"]}`))
  await awaitInDump(lab, productpage, expected)
  const text = await refused()
  assert.match(
    text,
    new RegExp(
      `${productpage.name}\\.default does not accept certificate default of ${details.name}\\.default: it has URI:spiffe://cluster\\.local/ns/default/sa/details, expected is ${expected}`,
    ),
  )
  assert.match(text, /Next: .*subjectAltNames of the DestinationRule/)
  assert.doesNotMatch(text, /=> sent upstream/)
})

test('a certificate of another root: 503 UF, with the root that it was verified with', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-roots-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [key, root] = [join(folder, 'key.pem'), join(folder, 'root.pem')]
  const subject = ['-subj', '/O=another root', '-addext', 'subjectAltName=URI:spiffe://cluster.local/ns/default/sa/x']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', root, ...subject], { stdio: 'ignore' })
  // Proxies run as a user of their own.
  for (const path of [folder, key, root]) chmodSync(path, 0o755)
  const tls = `{mode: MUTUAL, clientCertificate: ${root}, privateKey: ${key}, caCertificates: ${root}}`
  await withObjects(t, lab, `${strict}---${destinationRule('lab-other-root', tls)}`)
  await awaitInDump(lab, productpage, `file-root:${root}`)
  const text = await refused()
  assert.match(
    text,
    new RegExp(
      `${productpage.name}\\.default does not accept certificate default of ${details.name}\\.default: .*file-root:`,
    ),
  )
  assert.match(text, /Next: Compare the trust roots of both sides/)
})
