import type { Manifest } from '../../fetch/capture/format/manifest.ts'
import { isForbiddenList } from './forbidden-lists.ts'

/** Failures that are named one by one. */
const maxNamed = 10

/** When, of what and by what a capture was made, how much is in it, and what is not. */
export function captureNotes(label: string, manifest: Manifest): readonly string[] {
  const { cluster, program, ended, proxies, istiods, files, failures, redaction } = manifest
  const of =
    cluster === null
      ? ''
      : ` of ${cluster.server}${cluster.kubernetes === null ? '' : ` (Kubernetes ${cluster.kubernetes})`}`
  const holds = [
    count(proxies.length, 'proxy', 'proxies'),
    count(istiods.length, 'istiod', 'istiods'),
    count(files.length, 'file', 'files'),
  ]
  const hidden = redaction.secrets ? 'secrets are taken out' : 'nothing is taken out: it holds secrets as they are'
  if (program === null) return [`${label}: ${holds.join(', ')}.`, ...failureNotes(failures)]
  return [
    `${label}: captured ${ended}${of} by ${program.name} ${program.version}: ${holds.join(', ')}; ${hidden}.`,
    ...failureNotes(failures),
  ]
}

/** The lists that may not be read in one line, every other failure by its path. */
function failureNotes(all: Manifest['failures']): readonly string[] {
  const lists = all.filter(isForbiddenList).map(({ path }) => path.replace(/\.json$/, ''))
  const failures = all.filter((failure) => !isForbiddenList(failure))
  const forbidden =
    lists.length === 0
      ? []
      : [
          `${count(lists.length, 'list', 'lists')} of objects may not be read and ${lists.length === 1 ? 'is' : 'are'} left out: ${lists.join(', ')}. What commands look up there is not known.`,
        ]
  return [...forbidden, ...otherFailureNotes(failures)]
}

function otherFailureNotes(failures: Manifest['failures']): readonly string[] {
  if (failures.length === 0) return []
  const reasons = Map.groupBy(failures, ({ reason }) => reason)
  const counts = [...reasons].map(([reason, each]) => `${each.length} ${reason}`)
  const named = failures.slice(0, maxNamed).map(({ path, message }) => `${path}: ${message}`)
  const left = failures.length - named.length
  return [
    `${count(failures.length, 'file', 'files')} could not be read: ${counts.join(', ')}.`,
    ...named,
    ...(left > 0 ? [`${left} more are in manifest.json: -o json.`] : []),
  ]
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}
