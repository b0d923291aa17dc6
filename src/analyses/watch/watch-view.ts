import type { AnswerSchema } from '../../schema/answer-schema.ts'
import type { TextLine, View, ViewColumn } from '../../view.ts'
import type { WatchCode, WatchEvent } from './watch-event.ts'

const columns: readonly ViewColumn[] = [
  { header: 'TIME', key: 'time' },
  { header: 'PROXY', key: 'proxy' },
  { header: 'EVENT', key: 'event' },
  { header: 'KIND', key: 'resourceKind' },
  { header: 'NAME', key: 'name' },
  { header: 'CHANGE', key: 'change' },
  { header: 'OBJECT', key: 'object' },
]

/** `watch`: what happened to proxies. */
export const watchSchema: AnswerSchema = {
  name: 'watch',
  title: 'Something that happened to a proxy (watch)',
  kind: 'event',
  columns: [columns],
}

/** Events as lines for people, and as rows. */
export function watchView(events: readonly WatchEvent[]): View {
  const nothing = { value: [] }
  return {
    kind: watchSchema.kind,
    columns,
    rows: events.map(({ time, proxy, code, about, name, text, objects = [] }) => ({
      name: `${proxy}/${about}${name === undefined ? '' : `/${name}`}`,
      cells: [time.toISOString(), proxy, code, about, name, text, objects.join(', ')],
    })),
    texts: { table: () => events.map(line) },
    document: () => nothing,
    raw: () => nothing,
    notes: [],
    empty: '',
  }
}

const bad: ReadonlySet<WatchCode> = new Set(['rejected', 'connection-lost', 'not-answering'])
const warning: ReadonlySet<WatchCode> = new Set(['warming', 'proxy-gone', 'restarted'])

/** The time is UTC, as in Envoy's own log. */
function line({ time, proxy, code, about, name, text, objects = [] }: WatchEvent): TextLine {
  const what = name === undefined ? about : `${about} ${name}`
  const whole = [time.toISOString().slice(11, 19), proxy, what, text, objects.join(', ')].filter(Boolean).join('  ')
  return bad.has(code) ? { text: whole, tone: 'bad' } : warning.has(code) ? { text: whole, tone: 'warning' } : whole
}
