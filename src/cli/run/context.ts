import { homedir } from 'node:os'
import type { Args, Command, Context } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { kubeFlags } from '../../contract/kubectl-options.ts'
import { checkedFormat, formatNamed } from '../../contract/output-options.ts'
import { proxyOptions } from '../../contract/proxy-options.ts'
import { targetOf } from '../../contract/target-options.ts'
import { fileSource } from '../../fetch/file.ts'
import type { LiveCluster } from '../../fetch/kube/cluster.ts'
import type { Source } from '../../mesh/source.ts'
import { redactedView } from '../../output/redacted-view.ts'
import { safeLine } from '../../output/safe-line.ts'
import { sortRows } from '../../output/sort.ts'

/**
 * What a command gets to work with. The Kubernetes client is loaded only when a cluster is asked for.
 * @param incomplete is told why the answer is incomplete
 */
export function createContext(command: Command, io: IO, incomplete: Context['incomplete']): Context {
  const said = new Set<string>()
  const note = (line: string) => {
    if (!said.has(line)) io.warn(`${safeLine(line)}\n`)
    said.add(line)
  }

  async function cluster(args: Args): Promise<LiveCluster> {
    const { connect } = await import('../../fetch/kube/cluster.ts')
    const ownCluster = command.options.some(({ name }) => name === 'cluster')
    return connect(kubeFlags(args, ownCluster), {
      env: io.env,
      homedir: io.env.HOME ?? homedir(),
      cwd: io.cwd,
      stdinIsTerminal: io.stdinIsTTY,
      writeStderr: (text) => io.warn(text),
      note,
      progress: io.progress,
    })
  }

  async function open(args: Args): Promise<readonly Source[]> {
    const target = targetOf(args, command.name)
    if ('file' in target) return [fileSource(target.file, io, note)]
    if ('url' in target) {
      const { urlSource } = await import('../../fetch/url.ts')
      const { requestTimeout } = await import('../../fetch/kube/access/duration.ts')
      const { sizeLimit } = await import('../../fetch/limits.ts')
      return [
        urlSource(target.url, {
          requestTimeout: requestTimeout(args.string('request-timeout')),
          maxSize: sizeLimit(args.string('max-size')),
          note,
          progress: io.progress,
        }),
      ]
    }
    const kube = await cluster(args)
    const { sourcesOf } = await import('../../mesh/proxies/sources.ts')
    return sourcesOf(kube, target, { ...proxyOptions(args), signal: io.signal })
  }

  return {
    io,
    note,
    incomplete,
    cluster,
    open,
    async render(view, args) {
      const name = checkedFormat(args.string('output') ?? command.defaultFormat ?? 'table', command.formats)
      const text = view.texts?.[name]
      const sortBy = args.string('sort-by')
      const sorted = sortBy === undefined ? view : sortRows(view, sortBy)
      view.notes.forEach(note)
      if (view.rows.length === 0 && text === undefined) note(view.empty)
      const options = { headers: args.boolean('no-headers') !== true }
      for (const piece of text === undefined
        ? await formatNamed(name).render(redactedView(sorted, args.boolean('show-secrets') === true), options)
        : lines(text())) {
        if (!(await io.write(piece))) return
      }
    },
  }
}

/** Lines of a view's own text. */
function* lines(text: Iterable<string>): Generator<string> {
  for (const line of text) yield `${safeLine(line)}\n`
}
