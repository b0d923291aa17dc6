import { type ComparedPair, type Difference, differs, pairDiffers } from '../../analyses/compare/answer.ts'
import { difference } from '../../analyses/compare/difference.ts'
import type { ResourceFilter } from '../../analyses/compare/model/comparable-kinds.ts'
import { unmatchedTexts } from '../../analyses/compare/words/summary-text.ts'
import type { Args, Context } from '../../contract/command.ts'
import { pageFormat } from '../../contract/output-options.ts'
import { AppError, exitCode } from '../../errors.ts'
import { readOnce } from '../../mesh/proxies/other-pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { answer, conclude } from '../analysis/answer.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import { comparedSides } from './compared-sides.ts'
import { addLeft, type Comparing, compared, type Found, manner, nothing, read } from './comparing.ts'
import { refuseNotInPage, type ShownPair, writeDiffPage } from './diff-page.ts'
import { ofReplicas } from './replicas.ts'
import { readRequests, type TracedSide } from './request-results.ts'
import { sameProxies } from './same-proxies.ts'
import { namesOf, pairNames, timeNames } from './side-names.ts'

/** What differs between the proxies that the arguments name. */
export async function showDifference(args: Args, context: Context): Promise<number> {
  const options = difference.options(args)
  const isPage = context.format.name === pageFormat
  if (isPage) refuseNotInPage(args)
  const sides = await comparedSides(args, context)
  const file = args.string('requests')
  const comparing: Comparing = {
    options,
    context,
    requests: file === undefined ? undefined : await readRequests(file, context),
    absent: new Set(options.only),
    unmatched: new Set(options.ignored),
    left: new Map(),
  }
  const found =
    sides.are === 'pair'
      ? await ofPair(
          isPage ? readOnce(sides.before) : sides.before,
          isPage ? readOnce(sides.after) : sides.after,
          comparing,
        )
      : sides.are === 'replicas'
        ? await ofReplicas(sides.proxies, comparing)
        : await ofTimes(sides, comparing)
  requireAsked(comparing.absent)
  const whole: Difference = { ...found.difference, left: comparing.left }
  // Where nothing differs, there was nothing to leave out.
  const notes = differs(whole) ? [...whole.notes, ...unmatchedTexts(comparing.unmatched)] : whole.notes
  const answered = { ...whole, notes }
  if (isPage) await writeDiffPage(found.shown, args, context)
  const code = isPage
    ? conclude(difference, answered, options, context)
    : await answer(difference, answered, options, context)
  // 1 says that something differs.
  if (found.code === exitCode.ok) return code
  return found.code === exitCode.interrupted ? found.code : 2
}

/** A misspelt name is no answer. @throws AppError when a resource that is asked for is nowhere */
function requireAsked(absent: ReadonlySet<ResourceFilter>): void {
  const [first] = absent
  if (first === undefined) return
  const names = [...absent].map(({ kind, name }) => `${kind}/${name}`).join(', ')
  throw new AppError(`no proxy that was read has ${names}`, {
    hint: 'diff without these words names the resources that differ; the names are those of Envoy.',
  })
}

async function ofPair(before: MeshProxy, after: MeshProxy, comparing: Comparing): Promise<Found> {
  const [first, second] = await Promise.all([read(before, comparing), read(after, comparing)])
  const names = pairNames(before, after)
  const pair = await compared(first, second, names, comparing)
  const shown = [{ before, after, names }]
  const notes = [...first.dump.notes, ...second.dump.notes]
  return { difference: { ...nothing, pairs: [pair], compared: 1, notes }, code: exitCode.ok, shown }
}

interface Times {
  readonly before: readonly MeshProxy[]
  readonly after: readonly MeshProxy[]
  readonly names: readonly [string, string]
}

async function ofTimes({ before, after, names }: Times, comparing: Comparing): Promise<Found> {
  const { pairs, onlyBefore, onlyAfter } = sameProxies(before, after, names)
  const firstOf = new Map(pairs.map(([first, second]) => [second.id, first]))
  const different: ComparedPair[] = []
  const shown: ShownPair[] = []
  let same: ShownPair | undefined
  let count = 0
  const reading = new FleetReading(
    pairs.map(([, second]) => second),
    comparing.context,
  )
  const both = async (second: MeshProxy) => {
    const first = firstOf.get(second.id)
    if (first === undefined) throw new Error('a proxy of a pair')
    const [one, other] = await Promise.all([readNamed(first, comparing), read(second, comparing)])
    return { first, one, other }
  }
  for await (const { proxy, result } of reading.successes(both, manner)) {
    await reading.judged(proxy, async () => {
      const pair = await compared(result.one, result.other, timeNames(result.first, proxy, names), comparing)
      count++
      if (pairDiffers(pair)) {
        different.push(pair)
        shown.push({ before: result.first, after: proxy, names: pair.names })
      } else addLeft(pair, comparing.left)
      same ??= { before: result.first, after: proxy, names: pair.names }
    })
  }
  const code = await reading.conclude()
  const notes = [`${count} ${count === 1 ? 'proxy was' : 'proxies were'} compared, ${different.length} differ.`]
  const only = { onlyBefore: namesOf(onlyBefore), onlyAfter: namesOf(onlyAfter) }
  return {
    difference: { ...nothing, ...only, pairs: different, compared: count, notes },
    code,
    shown: shown.length === 0 && same ? [same] : shown,
  }
}

/** The earlier of two times: an error says which it is of. */
async function readNamed(proxy: MeshProxy, comparing: Comparing): Promise<TracedSide> {
  try {
    return await read(proxy, comparing)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(`before: ${error.message}`, { code: error.code, cause: error })
  }
}
