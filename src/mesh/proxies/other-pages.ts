import type { MeshProxy } from '../proxy.ts'

/** The same proxy, of which no page is read twice: what is said of it and what is kept of it are then of one moment. */
export function readOnce(proxy: MeshProxy): MeshProxy {
  const pages = new Map<string, ReturnType<MeshProxy['page']>>()
  return withPages(proxy, (path, signal) => {
    const known = pages.get(path) ?? proxy.page(path, signal)
    pages.set(path, known)
    return known
  })
}

/** The same proxy with a page of another one in place of its own. */
export function withPageOf(proxy: MeshProxy, path: string, other: MeshProxy): MeshProxy {
  return withPages(proxy, (asked, signal) => (asked === path ? other : proxy).page(asked, signal))
}

/** The same proxy by another name, where two have one name. */
export function renamed(proxy: MeshProxy, name: string): MeshProxy {
  const { id, page, ...same } = withPages(proxy, (path, signal) => proxy.page(path, signal))
  return { ...same, page, id: { ...id, name } }
}

function withPages(proxy: MeshProxy, page: MeshProxy['page']): MeshProxy {
  const { id, label, live } = proxy
  return { id, label, live, page, absence: (path) => proxy.absence(path) }
}
