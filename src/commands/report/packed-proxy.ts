import { expiringCertificates } from '../../analyses/certificates/expiring-certificates.ts'
import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Context } from '../../contract/command.ts'
import { CertificateCollection } from '../../envoy/certificates/certificate-facts.ts'
import type { ConfigDump, DumpSection } from '../../envoy/dump/config-dump.ts'
import { savedTime } from '../../envoy/dump/saved-time.ts'
import { SectionDump } from '../../envoy/dump/section-dump.ts'
import type { Json, JsonObject } from '../../envoy/json.ts'
import { sections } from '../../envoy/kinds.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import type { lintFindings } from '../../lint/analysis/lint-findings.ts'
import type { FleetProxy } from '../../lint/fleet/fleet.ts'
import { lintedOf } from '../../lint/proxy/linted.ts'
import { checkProxy } from '../../lint/run/check-proxy.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { StoredTable } from '../../page/format.ts'
import type { DumpPacker } from '../../page/write/packed-dump.ts'
import type { PackedProxy } from '../../page/write/page-encoder.ts'
import { resourceView } from '../../resources/resource-view.ts'
import { secrets } from '../../resources/secrets.ts'
import type { FleetQuestions } from '../lint/fleet-questions.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { readWhen } from '../proxies/fleet/read-when.ts'
import { readAuxiliaryPage } from '../proxies/read-auxiliary-page.ts'
import { updateCounters } from '../proxies/update-counters.ts'
import { ownAccount } from '../status/own-account.ts'
import { parsedOnce } from './parsed-once.ts'
import { proxyFacts } from './proxy-facts.ts'
import { type Redact, storedTable } from './stored-table.ts'
import { traceFacts } from './trace-facts.ts'

/** What reading a proxy for a page takes. */
export interface Packing {
  readonly packer: DumpPacker
  readonly redact: Redact
  readonly lint: ReturnType<typeof lintFindings.options>
  /** Rules of several proxies; absent where nobody but the proxies is asked. */
  readonly fleet?: FleetQuestions
  /** Whether the proxy's own account of its status is wanted: it is saved, and no control plane may be saved with it. */
  readonly ownStatus: boolean
  /** The capture that the proxies are of. */
  readonly capture: string | undefined
}

/** A proxy that was read for a page: plain data, which can come from another thread. */
export interface ReadForPage {
  readonly proxy: PackedProxy
  /** The resources that no proxy before it had. */
  readonly added: ReadonlyMap<string, string>
  readonly checked: ReturnType<typeof checkProxy> & { readonly proxy: string }
  /** What rules of several proxies look at of it. */
  readonly facts: FleetProxy | undefined
  readonly certificates: ReturnType<typeof expiringCertificates.facts> | undefined
  /** Those of which other proxies may have the issuer. */
  readonly x509: Pick<CertificateCollection, 'certificates' | 'facts'>
  readonly status: ProxyStatus | undefined
}

/** Reads a proxy, asks what only this program can work out, and takes its dump apart. @throws AppError when it cannot be read */
export async function packedProxy(proxy: MeshProxy, packing: Packing, context: Context): Promise<ReadForPage> {
  const { io } = context
  const { name } = proxy.id
  const dump = parsedOnce(await dumpWithEndpoints(proxy, context))
  const [serverInfo, clusters, certs] = await Promise.all(
    ['server_info', 'clusters?format=json', 'certs'].map((path) => readAuxiliaryPage(proxy, path, context)),
  )
  const now = io.now()
  const moment = proxy.live ? now : savedTime(dump, { serverInfo })
  const statuses = clusters === undefined ? undefined : clusterStatusesOf(clusters)
  const linted = lintedOf(dump, { name, moment, serverInfo, statuses })
  const checked = checkProxy(packing.lint.rules, linted)
  const certificates = dump.has('secrets')
    ? expiringCertificates.facts({ name, dump, label: proxy.label, auxiliaryPage: certs }, certificateOptions(now))
    : undefined
  const status = packing.ownStatus ? await ownAccount(proxy, name, context, dump) : undefined
  const [readAt, stats] = await Promise.all([readWhen(proxy, io), updateCounters(proxy, io.signal)])
  const written = readAt ?? (await fileTime(proxy, io.signal))
  const facts = proxyFacts(proxy, dump, { serverInfo, readAt })
  const { certificates: read, facts: x509Facts } = certificatesIn(dump)
  const { packed, added } = packing.packer.pack(dump, hostsSeen(dump, statuses), x509Facts)
  return {
    proxy: {
      facts: { ...facts, loaded: packed.loaded },
      packed,
      trace: traceFacts(proxy, dump, { serverInfo, written, stats, capture: packing.capture }),
      tables: secretsTable(dump, { label: proxy.label, now, auxiliaryPage: certs }, packing.redact),
    },
    added,
    checked: { proxy: name, ...checked },
    facts: packing.fleet?.facts(linted, proxy.id.pod),
    certificates,
    x509: { certificates: read, facts: x509Facts },
    status,
  }
}

/** When the file of a dump was written. */
async function fileTime(proxy: MeshProxy, signal: AbortSignal): Promise<Date | undefined> {
  const page = await proxy.page('config_dump?include_eds', signal)
  return page === 'absent' ? undefined : page.written
}

/** Every certificate, judged as of a moment. */
export function certificateOptions(now: Date) {
  return { now, within: undefined, isChecked: false }
}

/** Where certificates can be: in secrets, and in TLS contexts of clusters and listeners. */
const kindsWithCertificates = ['secrets', 'clusters', 'listeners'] as const

/** The certificates of a dump and what they say, for a browser has nothing that reads them. */
function certificatesIn(dump: ConfigDump): CertificateCollection {
  const found = new CertificateCollection()
  for (const kind of kindsWithCertificates) for (const { resource } of dump.entries(kind)) found.add(resource)
  return found
}

/** What Envoy sees of its upstream hosts, as a section of its own. */
function hostsSeen(dump: ConfigDump, statuses: readonly JsonObject[] | undefined): readonly DumpSection[] {
  if (statuses === undefined || dump.has('clusterStatuses')) return []
  const type = `envoy.admin.v3.${sections.clusterStatuses.message}`
  const value = { '@type': `type.googleapis.com/${type}`, cluster_statuses: [...statuses] }
  return new SectionDump([{ type, value: () => value }]).sections
}

/** Certificates are read here: a browser has nothing that reads them. */
function secretsTable(
  dump: ConfigDump,
  options: { readonly label: string; readonly now: Date; readonly auxiliaryPage: Json | undefined },
  redact: Redact,
): Record<string, StoredTable> {
  if (!dump.has(secrets.entries)) return {}
  return { [secrets.name]: storedTable(resourceView(secrets, dump, { wanted: {}, ...options }), redact) }
}
