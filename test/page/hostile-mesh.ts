import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeCapture } from '../../scripts/bench/made-capture.ts'
import { hostileDump } from './hostile-dump.ts'
import { hostileTexts } from './hostile-texts.ts'

const texts = Object.values(hostileTexts)
const fixture = join(import.meta.dirname, '../fixtures/sidecar')

/** Writes a capture in which pods, namespaces, nodes, labels and the cluster have hostile names, and one proxy a hostile dump. */
export async function writeHostileCapture(path: string): Promise<void> {
  // An archive has names of at most 65,535 bytes, and of whole characters.
  const named = texts.filter((text) => text !== '' && text.isWellFormed() && text.length < 1000)
  const [first = '', second = ''] = named
  const stats = readFileSync(join(fixture, 'stats.json'))
  const proxies = named.map((text, index) => ({
    name: text,
    namespace: index % 2 === 0 ? text : 'default',
    version: text,
    pages: new Map([
      ['config_dump.json', Buffer.from(hostileDump(index === 0 ? texts : [text]))],
      ['server_info.json', Buffer.from(JSON.stringify({ version: text, state: text }))],
      ['certs.json', Buffer.from(hostileCertificates(text))],
      ['stats.json', stats],
    ]),
    pod: {
      metadata: { labels: { app: text, [text]: text } },
      spec: {
        nodeName: text,
        serviceAccountName: text,
        containers: [{ name: 'istio-proxy', image: text, args: ['proxy', 'sidecar', text] }],
      },
      status: { phase: 'Running', podIP: text, conditions: [], containerStatuses: [] },
    },
  }))
  await writeCapture(path, proxies, {
    program: { name: first, version: first },
    cluster: {
      server: first,
      kubernetes: second,
      namespace: 'default',
      istioNamespace: 'istio-system',
      namespaces: null,
    },
    failures: named.map((text) => ({
      path: `proxies/${text}/config_dump.json`,
      status: null,
      reason: text,
      message: text,
    })),
  })
}

/** Writes dumps into a folder, each under a hostile name, as far as a file system has such names. */
export function writeHostileFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const files = texts
    .filter((text) => text.trim() !== '' && !text.includes('\0') && text.isWellFormed() && text.length < 200)
    .map((text) => join(folder, `${text.replaceAll('/', '\u2215')}.json`))
  for (const file of files) writeFileSync(file, readFileSync(join(fixture, 'config_dump.json')))
  return files
}

/** Envoy's page of certificates with this text where it takes one from a certificate or a path. */
function hostileCertificates(text: string): string {
  const certificate = {
    path: text,
    serial_number: text,
    subject_alt_names: [{ uri: text }, { dns: text }],
    days_until_expiration: '2962',
    valid_from: text,
    expiration_time: '2035-01-01T00:00:00Z',
  }
  return JSON.stringify({ certificates: [{ ca_cert: [certificate], cert_chain: [certificate] }] })
}
