/** The cells of a table's row by header. */
export type Row = Readonly<Record<string, string>>

/** istioctl's headers of each table. */
export const headers: Readonly<Record<string, readonly string[]>> = {
  clusters: ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE'],
  listeners: ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION'],
  'listeners --verbose=false': ['ADDRESSES', 'PORT', 'TYPE'],
  routes: ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'],
  'routes --verbose=false': ['NAME', 'VIRTUAL HOSTS'],
  endpoints: ['ENDPOINT', 'STATUS', 'OUTLIER CHECK', 'CLUSTER'],
  eds: ['NAME', 'STATUS', 'LOCALITY', 'CLUSTER'],
  secrets: ['RESOURCE NAME', 'TYPE', 'STATUS', 'VALID CERT', 'SERIAL NUMBER', 'NOT AFTER', 'NOT BEFORE'],
  ecds: ['ECDS NAME', 'TYPE'],
}

interface Difference {
  /** Weakness of istioctl in its reference, or the point of the issue that asks for it. */
  readonly reason: string
  explains(theirs: Row, ours: Row, kind: string): boolean
}

const cell = (row: Row, name: string) => row[name] ?? ''
const same = (a: Row, b: Row, ...but: string[]) =>
  Object.keys(a).every((name) => but.includes(name) || a[name] === b[name])

/** Cells that istioctl leaves empty where it reads no certificate. */
const ofCertificate = ['VALID CERT', 'SERIAL NUMBER', 'NOT AFTER', 'NOT BEFORE']

/** When istioctl printed its tables, which say what had expired. */
export const now = new Date('2026-11-21T10:00:00Z')

/** Where our row differs from istioctl's on purpose. */
const differences: readonly Difference[] = [
  {
    reason: 'W11: header, query and method conditions are shown after the path',
    explains: (a, b) =>
      same(a, b, 'MATCH', 'VIRTUAL SERVICE') && 'DOMAINS' in a && cell(b, 'MATCH').startsWith(cell(a, 'MATCH')),
  },
  {
    reason: 'W11: the same inside an inline route',
    explains: (a, b) =>
      same(a, b, 'DESTINATION') &&
      cell(a, 'DESTINATION').startsWith('Inline Route:') &&
      isSpread(cell(a, 'DESTINATION'), cell(b, 'DESTINATION')),
  },
  {
    reason: 'W12: a chain that refuses traffic names BlackHoleCluster; weighted TCP clusters are named',
    explains: (a, b) =>
      same(a, b, 'DESTINATION') &&
      ((cell(a, 'DESTINATION') === 'Non-HTTP/Non-TCP' && cell(b, 'DESTINATION') === 'BlackHoleCluster') ||
        (cell(a, 'DESTINATION') === 'Cluster:' && cell(b, 'DESTINATION').startsWith('Cluster: '))),
  },
  {
    reason: 'W12: source criteria and filter_chain_matcher trees are shown',
    explains: (a, b) =>
      same(a, b, 'MATCH') &&
      'ADDRESSES' in a &&
      (cell(a, 'MATCH') === 'ALL' || cell(b, 'MATCH').startsWith(`${cell(a, 'MATCH')}; Source`)),
  },
  {
    reason: 'W13: filters are recognised by their type, not by their name',
    explains: (a, b) =>
      (same(a, b, 'DESTINATION') && cell(a, 'DESTINATION') === 'Non-HTTP/Non-TCP') ||
      (same(a, b, 'TYPE') && 'ADDRESSES' in a && ['HTTP+TCP', 'TCP'].includes(cell(b, 'TYPE'))),
  },
  {
    reason: 'W14: the type of a cluster_type extension is named',
    explains: (a, b) => same(a, b, 'TYPE') && 'SUBSET' in a && cell(a, 'TYPE') === 'STATIC',
  },
  {
    reason: 'Issue, resourceKinds: provenance of other control planes is shown',
    explains: (a, b) =>
      (same(a, b, 'DESTINATION RULE') &&
        cell(a, 'DESTINATION RULE') === '' &&
        cell(b, 'DESTINATION RULE').includes('/')) ||
      (same(a, b, 'VIRTUAL SERVICE') && cell(a, 'VIRTUAL SERVICE') === '' && cell(b, 'VIRTUAL SERVICE').includes('/')),
  },
  {
    reason: 'W15: every health flag is shown, IPv6 in brackets',
    explains: (a, b) =>
      same(a, b, 'STATUS', 'ENDPOINT', 'NAME') &&
      cell(b, 'STATUS').startsWith(cell(a, 'STATUS')) &&
      'CLUSTER' in a &&
      unbracketed(a) === unbracketed(b),
  },
  {
    reason: 'W16: what a secret is, also where istioctl reads no certificate',
    explains: (a, b) => 'SERIAL NUMBER' in a && cell(a, 'TYPE') === '' && same(a, b, 'TYPE', ...ofCertificate),
  },
]

export interface RowDifference {
  readonly theirs: Row
  /** Why ours differs; undefined when no rule says. */
  readonly reason: string | undefined
  /** Rows of ours that equal none of theirs so far. */
  readonly ours: readonly Row[]
}

/** The rows of istioctl that our table does not have exactly, each with the rule that explains it. */
export function rowDifferences(theirs: readonly Row[], table: readonly Row[], kind: string): RowDifference[] {
  const ours = [...table]
  return theirs.flatMap((row) => {
    const exact = ours.findIndex((own) => same(row, own))
    if (exact !== -1) {
      ours.splice(exact, 1)
      return []
    }
    const found = differences.find(({ explains }) => ours.some((own) => explains(row, own, kind)))
    return [{ theirs: row, reason: found?.reason, ours: [...ours] }]
  })
}

/** Kinds whose order is no order in istioctl: W40, and listeners of one port and address. */
const unordered = ['routes', 'listeners']

/** Whether the rows that both have stand in istioctl's order; rows of ours may stand between them. */
export function inOrder(theirs: readonly Row[], ours: readonly Row[], kind: string): boolean {
  if (unordered.includes(kind)) return true
  const common = theirs.filter((row) => ours.some((own) => same(row, own)))
  let at = 0
  for (const own of ours) {
    const next = common[at]
    if (next !== undefined && same(next, own)) at++
  }
  return at === common.length
}

/** Rows of a table by the columns of its header line; with names, only those columns. */
export function tableRows(text: string, names?: readonly string[]): Row[] {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '')
  const columns = names ?? header.split(/\s{2,}/).filter((name) => name !== '')
  let from = 0
  const starts = columns.map((name) => {
    const start = header.indexOf(name, from)
    from = start + name.length
    return start
  })
  return lines.map((line) => {
    const chars = [...line]
    return Object.fromEntries(
      columns.map((name, at) => [
        name,
        chars
          .slice(starts[at], starts[at + 1])
          .join('')
          .trim(),
      ]),
    )
  })
}

/** istioctl names a kind of Istio's also where the proxy is not Istio's. */
const istioNames: Readonly<Record<string, string>> = { clusters: 'DESTINATION RULE', routes: 'VIRTUAL SERVICE' }

/** A row of ours as istioctl would print it: where we print `<none>`, its cell is empty. Every other cell is compared as it is. */
export function asIstioctl(row: Row, kind: string): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, text]) => [
      name === 'OBJECT' ? (istioNames[kind] ?? name) : name,
      text === '<none>' ? '' : text,
    ]),
  )
}

/** Whether `long` is `short` with conditions put in. */
function isSpread(short: string, long: string): boolean {
  let at = 0
  for (const part of short.split(/[ ,;]+/)) {
    at = long.indexOf(part, at)
    if (at === -1) return false
  }
  return true
}

function unbracketed(row: Row): string {
  return (row.ENDPOINT ?? row.NAME ?? '').replaceAll(/[[\]]/g, '')
}
