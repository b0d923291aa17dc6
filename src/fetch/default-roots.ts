import { isSea } from 'node:sea'
import tls from 'node:tls'

// Node reads its 121 roots, and those of NODE_EXTRA_CA_CERTS, for the first connection, whether or not that names roots of its own: one for an
// API server mostly does. Where they are replaced by none, nothing is read. So whoever connects says first whether they count; who forgets
// it is refused by every server whose roots were not named.

type Kind = 'default' | 'bundled' | 'extra'

/** What is needed of Node. */
export interface NodeRoots {
  /** Whether the executable runs: nobody gave its Node flags, which may change what the default roots are. */
  readonly isSea: () => boolean
  readonly getCACertificates: (kind: Kind) => string[]
  readonly setDefaultCACertificates: (roots: readonly string[]) => void
}

/** The default roots of TLS connections. */
export interface DefaultRoots {
  /** Before a connection that names the roots it trusts. @param env NODE_USE_SYSTEM_CA in it adds to the default roots */
  unused(env: Readonly<Record<string, string | undefined>>): void
  /** Before a connection that names none. */
  used(): void
  /** The default roots, in PEM. */
  list(): readonly string[]
}

export function defaultRootsOf({ isSea, getCACertificates, setDefaultCACertificates }: NodeRoots): DefaultRoots {
  // Node no longer knows them where they were replaced.
  let replaced = false
  // Such a connection can be made again at any time.
  let needed = false
  const list = () =>
    replaced ? [...getCACertificates('bundled'), ...getCACertificates('extra')] : getCACertificates('default')
  return {
    list,
    unused(env) {
      if (replaced || needed || !isSea() || env.NODE_USE_SYSTEM_CA !== undefined) return
      replaced = true
      setDefaultCACertificates([])
    },
    used() {
      if (replaced && !needed) setDefaultCACertificates(list())
      needed = true
    },
  }
}

export const defaultRoots = defaultRootsOf({
  isSea,
  getCACertificates: (kind) => tls.getCACertificates(kind),
  setDefaultCACertificates: (roots) => tls.setDefaultCACertificates(roots),
})
