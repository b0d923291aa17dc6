import type { ProxyAnalysis, ProxyPages } from '../../contract/analysis.ts'
import type { Context, Run } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import { posted, requiredBytes } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { showEach } from '../proxies/show-each.ts'

interface Naming {
  /** Names the command in errors. */
  readonly command: string
  /** Of `TYPE/NAME` all running pods are meant. */
  readonly every?: true
}

/** Asks each proxy that the arguments name. @returns exit code 1 when one could not be read */
export function runProxyAnalysis<O, F>(analysis: ProxyAnalysis<O, F>, naming: Naming): Run {
  return async (args, context) => {
    const options = await analysis.options(args, context.format)
    const selection = selectionOf(args, { ...naming, many: true })
    const about = analysis.about?.(options)
    const proxies = await context.open(selection, about === undefined ? {} : { about })
    return showEach({ selection, proxies }, args, context, async (proxy) =>
      analysis.view(await analysis.facts(pagesOf(proxy, context), options), proxy.label, options),
    )
  }
}

/** The admin pages of a proxy as analyses ask for them. */
export function pagesOf(proxy: MeshProxy, { io: { signal }, note }: Context): ProxyPages {
  const { context } = proxy.id
  return {
    label: proxy.label,
    live: proxy.live,
    json: (path) => requiredDocument(proxy, path, signal),
    bytes: (path) => requiredBytes(proxy, path, signal),
    posted: (path) => posted(proxy, path, signal),
    note: context === undefined ? note : (line) => note(`context ${context}: ${line}`),
  }
}
