import type { Format } from './format.ts'

/** THE list of output formats, in the order help shows them. What writes one is loaded when it is asked for. */
export const formats: readonly Format[] = [
  {
    name: 'table',
    title: 'columns for reading (the default)',
    shows: 'rows',
    showsSections: true,
    render: async (view, options) => (await import('./table/lines.ts')).tableText(view, options, false),
  },
  {
    name: 'wide',
    title: 'the table with every column',
    shows: 'rows',
    showsSections: true,
    render: async (view, options) => (await import('./table/lines.ts')).tableText(view, options, true),
  },
  {
    name: 'grid',
    title: 'the table with borders, whole cells wrapped to the width',
    shows: 'rows',
    showsSections: true,
    render: async (view, options) => (await import('./table/grid-lines.ts')).gridText(view, options),
  },
  {
    name: 'json',
    title: 'the full resources as protobuf-JSON (lowerCamelCase)',
    shows: 'document',
    render: async (view) => (await import('./json.ts')).documentText(view.document()),
  },
  {
    name: 'yaml',
    title: 'the same as YAML',
    shows: 'document',
    render: async (view) => (await import('./yaml.ts')).yamlText(view.document()),
  },
  {
    name: 'raw',
    title: 'the resources exactly as the proxy sent them',
    shows: 'document',
    render: async (view) => (await import('./json.ts')).documentText(view.raw()),
  },
  {
    name: 'name',
    title: 'kind/name, one a line',
    shows: 'rows',
    render: async (view) => (await import('./name.ts')).nameLines(view),
  },
  {
    name: 'jsonl',
    title: 'one JSON object per row, with documented keys',
    shows: 'rows',
    render: async (view) => (await import('./jsonl.ts')).jsonlText(view),
  },
  {
    name: 'csv',
    title: 'comma-separated values with every column',
    shows: 'rows',
    holdsOneTable: true,
    render: async (view, options) => (await import('./csv.ts')).csvText(view, options),
  },
]
