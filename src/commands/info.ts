import type { InfoPages } from '../admin/info.ts'
import type { Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import type { Json } from '../envoy/json.ts'
import { AppError } from '../errors.ts'
import type { Source } from '../mesh/source.ts'
import { viewOfEach } from './proxies/view-of-each.ts'

/** How an Envoy is doing, from its small admin pages. */
export const info: Command = {
  name: 'info',
  aliases: ['server-info'],
  summary: 'Version, state, memory and listeners of the proxy, and what it waits for',
  synopsis: '[POD | TYPE/NAME]',
  examples: [
    { title: 'How is the proxy of this pod doing?', command: 'kubectl proxy-config info productpage-v1-abc' },
    { title: 'Every proxy of an app', command: 'kubectl proxy-config info -l app=productpage' },
    { title: 'The admin pages themselves', command: 'kubectl proxy-config info productpage-v1-abc -o json' },
  ],
  options: [...targetOptions.filter(({ name }) => name !== 'file'), ...outputOptions],
  positionals: { most: 1, are: ['target'] },
  async run(args, context) {
    const { infoView } = await import('../admin/info-view.ts')
    const { view, code } = await viewOfEach(await context.open(args), { args, context }, async (source) =>
      infoView(await pagesOf(source, context), source.label),
    )
    await context.render(view, args)
    return code
  },
}

/** @throws AppError when not a single page can be read */
async function pagesOf(source: Source, context: Context): Promise<InfoPages> {
  const pages = ['server_info', 'memory', 'listeners?format=json', 'init_dump']
  const answers = await Promise.allSettled(pages.map((page) => read(source, page, context)))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  const unexpected = failures.find((failure) => !(failure instanceof AppError))
  if (unexpected !== undefined || failures.length === pages.length) throw unexpected ?? failures[0]
  for (const { message } of failures) context.note(message)
  const [server_info, memory, listeners, init_dump] = answers.map((answer) =>
    answer.status === 'fulfilled' ? answer.value : undefined,
  )
  return { server_info, memory, listeners, init_dump }
}

async function read(source: Source, page: string, { io }: Context): Promise<Json> {
  const { readDocument } = await import('../envoy/input/read-document.ts')
  return readDocument(await source.read(page, io.signal), source.label)
}
