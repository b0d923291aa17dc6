/** Most of what istioctl needs, or an absolute limit where it has nothing to compare with. */
export interface Limits {
  readonly time?: number
  readonly memory?: number
  readonly milliseconds?: number
  readonly bytes?: number
}

/** A row of the table. */
export interface Case {
  readonly title: string
  /** Size of the dump in bytes, for the plot. */
  readonly size?: number
  readonly own: readonly string[]
  readonly istioctl?: readonly string[]
  /** In istioctl's place our own program with other words: what it is held against. */
  readonly against?: readonly string[]
  /** What ours exits with when it has done its work; 0 unless said. */
  readonly exitCode?: number
  readonly limits: Limits
  /** Named in the plot as a line. */
  readonly line?: string
}

const mega = 1e6

/** Sizes of the dumps that the cases read. */
const sizes = { '300 kB': 0.3 * mega, '2.4 MB': 2.4 * mega, '20 MB': 20 * mega, '100 MB': 100 * mega } as const
export const hugeSize = 2000 * mega

const clusterLimits: Readonly<Record<keyof typeof sizes, Limits>> = {
  '300 kB': { time: 0.95 },
  '2.4 MB': { time: 0.5 },
  '20 MB': { time: 0.35, memory: 1 },
  '100 MB': { time: 0.2, memory: 0.7 },
}

/** What starting costs. */
export const startCases: readonly Case[] = [
  { title: '--version', own: ['--version'], istioctl: ['version', '--remote=false'], limits: { time: 1.2 } },
  { title: '--help', own: ['--help'], istioctl: ['proxy-config', '--help'], limits: { time: 1.2 } },
]

/** @param file gives the path of the dump of a size */
export function fileCases(file: (size: number) => string): Case[] {
  const of = (kind: string, size: number, ...rest: string[]) => {
    const words = [kind, '--file', file(size), ...rest]
    return { own: words, istioctl: ['proxy-config', ...words] }
  }
  const largest = sizes['100 MB']
  return [
    ...Object.entries(sizes).map(([name, size]) => ({
      title: `clusters, ${name}`,
      size,
      line: 'clusters',
      ...of('clusters', size),
      limits: clusterLimits[name as keyof typeof sizes],
    })),
    ...['listeners', 'routes'].map((kind) => ({
      title: `${kind}, 100 MB`,
      size: largest,
      ...of(kind, largest),
      limits: clusterLimits['100 MB'],
    })),
    {
      title: 'clusters -o json, 100 MB',
      size: largest,
      ...of('clusters', largest, '-o', 'json'),
      limits: { time: 0.3, memory: 1 },
    },
    { title: 'all, 100 MB', size: largest, ...of('all', largest), limits: { time: 0.25, memory: 1 } },
    {
      title: 'diff of two 100 MB dumps',
      size: largest,
      own: ['status', '--file', file(largest), '--control-plane-file', file(largest + mega)],
      limits: { milliseconds: 5000, bytes: 1500 * mega },
    },
    {
      title: 'diff --file of the same two',
      size: largest,
      own: ['diff', '--file', file(largest), '--file', file(largest + mega)],
      // They differ.
      exitCode: 1,
      limits: { milliseconds: 5000, bytes: 500 * mega },
    },
  ]
}

/** @param syncz path of istiod's sync status of 10,000 proxies */
export function statusCases(syncz: string): Case[] {
  return [
    {
      title: 'status of 10,000 proxies',
      own: ['status', '--control-plane-file', syncz],
      limits: { milliseconds: 1000, bytes: 400 * mega },
    },
  ]
}

/** A dump that passes the longest string of V8 in every large section; istioctl is not made to read it. */
export function hugeCases(path: string): Case[] {
  return ['clusters', 'listeners', 'routes', 'eds'].map((kind) => ({
    title: `${kind}, 2 GB`,
    size: hugeSize,
    own: [kind, '--file', path],
    limits: { bytes: 1500 * mega },
  }))
}

/** A proxy in the cluster that kubectl is set to. */
export function liveCases(pod: string, namespace: string): Case[] {
  const words = ['clusters', pod, '--namespace', namespace]
  return [{ title: `clusters ${pod}, live`, own: words, istioctl: ['proxy-config', ...words], limits: { time: 1 } }]
}

/** Proxies of the capture that the cases read, and the bytes of each dump. */
export const grownCapture = { proxies: 1000, dumpSize: sizes['2.4 MB'] } as const

/**
 * @param capture path of a capture of that size
 * @param pod one of its proxies
 * @param dump the dump of a proxy of it
 */
export function captureCases(capture: string, pod: string, dump: string): Case[] {
  return [
    {
      title: 'clusters of one of 1,000 captured proxies, beside its own file',
      own: ['clusters', pod, '--capture', capture],
      against: ['clusters', '--file', dump],
      limits: { time: 1.2 },
    },
    {
      title: 'clusters -A --group of 1,000 captured proxies',
      own: ['clusters', '-A', '--group', '--capture', capture],
      limits: { milliseconds: 10_000, bytes: 600 * mega },
    },
  ]
}

/** The statements of `query --examples` over the capture. */
export function questionCases(
  capture: string,
  examples: readonly { readonly question: string; readonly statement: string }[],
): Case[] {
  return examples.map(({ question, statement }) => ({
    title: `1,000 captured proxies: ${question}`,
    own: ['query', statement, '-A', '--capture', capture],
    limits: { milliseconds: 10_000, bytes: 700 * mega },
  }))
}

/** @param files the words that name replies to /clusters with a million hosts together */
export function queryCases(files: readonly string[]): Case[] {
  const statement =
    "SELECT cluster, count(*), count(DISTINCT proxy) FROM endpoints WHERE status = 'HEALTHY' GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
  return [
    {
      title: 'query over 1,000,000 endpoints of 200 proxies',
      own: ['query', statement, ...files],
      limits: { milliseconds: 8000, bytes: 700 * mega },
    },
  ]
}
