import { env, execArgv } from 'node:process'
import tls from 'node:tls'

// With this flag, which the executable for Linux gives its Node, no thread of Node parses the 121 roots that come with it: an eighth of what a
// command for one proxy costs. It also makes Node's default roots those of OpenSSL's files, which is not wanted. So every connection must first
// call one of the functions below: they set the roots that Node has without the flag, or, for a connection that names its own, none,
// for Node makes a store of them in either case.
const flag = '--use-openssl-ca'

type Kind = 'default' | 'bundled' | 'system' | 'extra'

/** What is needed of Node. */
export interface NodeRoots {
  /** The flags that Node was started with, and its environment. */
  readonly execArgv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly getCACertificates: (kind: Kind) => string[]
  readonly setDefaultCACertificates: (roots: readonly string[]) => void
}

/** The default roots of TLS connections: Node's own, and those of NODE_EXTRA_CA_CERTS and NODE_USE_SYSTEM_CA. */
export interface DefaultRoots {
  /** Before a connection that names the roots it trusts. */
  unused(): void
  /** Before a connection that names none. */
  used(): void
  /** All of them, in PEM. */
  list(): readonly string[]
}

export function defaultRootsOf(node: NodeRoots): DefaultRoots {
  const { execArgv, env, getCACertificates, setDefaultCACertificates } = node
  const replaced = execArgv.includes(flag)
  let state: 'unset' | 'none' | 'all' = 'unset'
  function list(): readonly string[] {
    if (!replaced) return getCACertificates('default')
    const system = env.NODE_USE_SYSTEM_CA === '1' ? getCACertificates('system') : []
    return [...getCACertificates('bundled'), ...system, ...getCACertificates('extra')]
  }
  return {
    list,
    unused() {
      if (!replaced || state !== 'unset') return
      state = 'none'
      setDefaultCACertificates([])
    },
    // Such a connection can be made again at any time: they stay.
    used() {
      if (!replaced || state === 'all') return
      state = 'all'
      setDefaultCACertificates(list())
    },
  }
}

export const defaultRoots = defaultRootsOf({
  execArgv,
  env,
  getCACertificates: (kind) => tls.getCACertificates(kind),
  setDefaultCACertificates: (roots) => tls.setDefaultCACertificates(roots),
})
