import type { InfoPages } from '../../admin/info.ts'
import { infoView } from '../../admin/info-view.ts'
import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import type { Json } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { viewOfEach } from '../proxies/view-of-each.ts'

/** The facts of servers, from their small admin pages. */
export async function showInfo(args: Args, context: Context): Promise<number> {
  const selection = selectionOf(args, { command: 'info' })
  const proxies = await context.open(selection)
  const { view, code } = await viewOfEach({ selection, proxies }, context, async (proxy) =>
    infoView(await pagesOf(proxy, context), proxy.label),
  )
  await context.render(view)
  return code
}

/** @throws AppError when not a single page can be read */
async function pagesOf(proxy: MeshProxy, context: Context): Promise<InfoPages> {
  const pages = ['server_info', 'memory', 'listeners?format=json', 'init_dump']
  const answers = await Promise.allSettled(pages.map((page) => read(proxy, page, context)))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  const unexpected = failures.find((failure) => !(failure instanceof AppError))
  if (unexpected !== undefined || failures.length === pages.length) throw unexpected ?? failures[0]
  for (const { message } of failures) context.note(message)
  const [server_info, memory, listeners, init_dump] = answers.map((answer) =>
    answer.status === 'fulfilled' ? answer.value : undefined,
  )
  return { server_info, memory, listeners, init_dump }
}

async function read(proxy: MeshProxy, page: string, { io }: Context): Promise<Json> {
  return requiredDocument(proxy, page, io.signal)
}
