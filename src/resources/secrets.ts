import {
  type AdminCertificate,
  adminCertificates,
  adminCertificateType,
} from '../envoy/certificates/admin-certificates.ts'
import { verifyChain } from '../envoy/certificates/certificate-chain.ts'
import { type Certificate, type CertificateFacts, isoSeconds, isValidAt } from '../envoy/certificates/certificates.ts'
import { anchorsOf, blocksOf } from '../envoy/certificates/loaded-certificates.ts'
import { type SecretPart, secretParts } from '../envoy/certificates/secret-parts.ts'
import type { Entry } from '../envoy/dump/config-dump.ts'
import { humanDuration } from '../envoy/text/human-duration.ts'
import type { Tone } from '../view.ts'
import { contains, stateTone } from './columns.ts'
import type { ResourceKind, Row, RowContext } from './resource-kind.ts'

/** A certificate of a chain, or a secret that is none. */
export interface SecretRow extends Row, RowContext {
  readonly part: SecretPart
  /** Of the certificate, also where only Envoy has it. */
  readonly facts?: CertificateFacts
  /** Absent when the data is elsewhere, is no certificate, or is broken: then there is a fault. */
  readonly certificate?: Certificate
  readonly fault?: string
  /** The certificates auxiliaryPage it. */
  readonly others: readonly Certificate[]
}

/** Certificates and other secrets, a row for each certificate of each chain. Columns follow `istioctl proxy-config secret`. */
export const secrets: ResourceKind<SecretRow> = {
  name: 'secrets',
  aliases: ['secret', 's'],
  kind: 'secret',
  title: 'Secrets: certificates, when they expire, who trusts them; never a private key',
  examples: [
    {
      title: 'Certificates that a pod has loaded, and when they expire',
      command: 'kubectl proxy-config secrets productpage-v1-abc',
    },
    {
      title: 'Issuers, names and whether the loaded roots verify each chain',
      command: 'kubectl proxy-config secrets deploy/productpage -o wide',
    },
    {
      title: 'From a saved dump',
      command: 'kubectl proxy-config secrets --file dump.json',
    },
  ],
  entries: 'secrets',
  path: 'config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets,static_secrets',
  rows: rowsOf,
  auxiliaryPage: 'certs',
  auxiliaryRows,
  columns: [
    { header: 'RESOURCE NAME', value: ({ entry }) => entry.name },
    { header: 'TYPE', value: type },
    { header: 'STATUS', value: ({ entry }) => entry.state.toUpperCase(), tone: ({ entry }) => stateTone(entry) },
    { header: 'VALID CERT', value: validity, tone: validTone, types: ['boolean'] },
    { header: 'SERIAL NUMBER', value: ({ facts }) => facts?.serial },
    { header: 'NOT AFTER', value: ({ facts }) => facts && isoSeconds(facts.notAfter), tone: expiryTone },
    { header: 'NOT BEFORE', value: ({ facts }) => facts && isoSeconds(facts.notBefore) },
    {
      header: 'EXPIRES',
      value: ({ facts, now }) => facts && expiryText(facts.notAfter, now),
      tone: expiryTone,
      clock: true,
    },
    { header: 'TRUST DOMAIN', value: ({ facts, part }) => part.trustDomain ?? facts?.trustDomain },
    { header: 'CHAIN', value: chain, wide: true },
    { header: 'ISSUER', value: ({ certificate }) => certificate?.issuer, wide: true },
    { header: 'SUBJECT', value: ({ certificate }) => certificate?.subject, wide: true },
    { header: 'SUBJECT ALT NAMES', value: ({ facts }) => facts?.names.join(','), wide: true },
    { header: 'KEY TYPE', value: ({ certificate }) => certificate?.keyType, wide: true },
    { header: 'SHA256 FINGERPRINT', value: ({ certificate }) => certificate?.fingerprint, wide: true },
    { header: 'SOURCE', value: source, wide: true },
  ],
  filters: [contains('name', 'Show secrets whose name contains this text', ({ entry }) => entry.name)],
  sortKeys: () => [],
  inSection: true,
  ownState: true,
  watchable: true,
}

function rowsOf(entry: Entry, context: RowContext): SecretRow[] {
  if (entry.resource['@type'] === adminCertificateType) {
    // What this program printed before.
    return adminCertificates({ certificates: [entry.resource] }).map((found) => rowInUse(entry, found, context))
  }
  return secretParts(entry.resource).flatMap((part): SecretRow[] => {
    const row = { entry, part, others: [], ...context }
    const blocks = blocksOf(part)
    if (blocks.length > 0) {
      const others = blocks.flatMap((block) => ('certificate' in block ? [block.certificate] : []))
      return blocks.map((block) => {
        const facts = 'certificate' in block ? { facts: block.certificate } : {}
        return { ...row, ...block, ...facts, others }
      })
    }
    const loaded = adminCertificates(context.auxiliaryPage).filter(
      ({ file, holds }) => file !== undefined && holds === part.holds && part.elsewhere === `file ${file}`,
    )
    return loaded.length === 0 ? [row] : loaded.map(({ facts }) => ({ ...row, facts }))
  })
}

/** Certificates that Envoy uses and no secret holds: those that a TLS context names by file or holds itself. */
function auxiliaryRows(context: RowContext): SecretRow[] {
  const rows = context.dump.entries('secrets').flatMap((entry) => rowsOf(entry, context))
  const held = new Set(rows.map(({ facts }) => facts?.serial))
  return adminCertificates(context.auxiliaryPage)
    .filter(({ facts }) => !held.has(facts.serial))
    .map((found) => rowInUse(inUse(found), found, context))
}

function rowInUse(entry: Entry, { file, holds, facts }: AdminCertificate, context: RowContext): SecretRow {
  const part = { holds, elsewhere: file === undefined ? 'inline in a TLS context' : `file ${file}` }
  return { entry, part, facts, others: [], ...context }
}

/**
 * What stands for a certificate that the dump does not list: a member of `static_secrets`, which takes any message as its secret,
 * with what `/certs` says of it.
 */
function inUse({ file, received }: AdminCertificate): Entry {
  const name = file ?? '<inline>'
  const wrapper = { name, secret: received }
  return {
    kind: 'secrets',
    name,
    state: 'static',
    version: undefined,
    lastUpdated: undefined,
    error: undefined,
    isDuplicate: false,
    resource: received,
    received,
    wrapper,
    member: wrapper,
    position: 0,
  }
}

/** istioctl goes by the certificate, wherever it stands: an authority in a chain is a CA. */
function type({ facts, part }: SecretRow): string | undefined {
  if (facts !== undefined) return facts.authority ? 'CA' : 'Cert Chain'
  return {
    'certificate chain': 'Cert Chain',
    'trusted CA': 'CA',
    'session ticket keys': 'Session Ticket Keys',
    'generic secret': 'Generic Secret',
    nothing: undefined,
  }[part.holds]
}

/** What is not in the dump is not known to be valid or not. */
function validity({ part, facts, now }: SecretRow): boolean | undefined {
  if (facts !== undefined) return Number.isNaN(facts.notAfter.getTime()) ? undefined : isValidAt(facts, now)
  const holdsNone = part.holds === 'generic secret' || part.holds === 'session ticket keys'
  return part.elsewhere === undefined && !holdsNone ? false : undefined
}

function validTone(row: SecretRow): Tone | undefined {
  return validity(row) === false ? 'bad' : undefined
}

function expiryTone({ facts, now }: SecretRow): Tone | undefined {
  return facts !== undefined && facts.notAfter <= now ? 'bad' : undefined
}

/** `in 21h`, `expired 3d ago`. */
function expiryText(notAfter: Date, now: Date): string | undefined {
  if (Number.isNaN(notAfter.getTime())) return undefined
  const left = notAfter.getTime() - now.getTime()
  return left > 0 ? `in ${humanDuration(left)}` : `expired ${humanDuration(-left)} ago`
}

function source({ part }: SecretRow): string | undefined {
  return part.elsewhere ?? (part.holds === 'nothing' ? undefined : 'inline')
}

function chain({ certificate, fault, others, part, dump, now }: SecretRow): string | undefined {
  if (fault !== undefined) return fault
  const [leaf] = others
  if (certificate === undefined || certificate !== leaf || part.holds !== 'certificate chain') return undefined
  const trust = verifyChain({ leaf, others }, anchorsOf(dump), now)
  return 'secrets' in trust ? `verified by ${trust.secrets.join(', ')}` : `not verified: ${trust.reason}`
}
