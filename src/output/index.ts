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
    render: async (view) => (await import('./json/document-text.ts')).documentText(view.document()),
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
    render: async (view) => (await import('./json/document-text.ts')).documentText(view.raw()),
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
  {
    name: 'parquet',
    title: 'an Apache Parquet file with every column, typed: for DuckDB, Spark, Trino; never to a terminal',
    shows: 'rows',
    holdsOneTable: true,
    isBinary: true,
    render: async (view) => (await import('./parquet.ts')).parquetText(view),
  },
  templated('jsonpath', "what a template of kubectl's finds in that document: jsonpath='{.items[*].name}'", 'template'),
  templated('jsonpath-as-json', 'the same as a list of JSON for each place of the template', 'template'),
  templated('jsonpath-file', 'the same as jsonpath, with the template in a file', 'file'),
  templated('custom-columns', 'a table of your own: custom-columns=NAME:.name,TYPE:.type', 'template'),
  templated('custom-columns-file', 'the same, with a line of headers and a line of paths in a file', 'file'),
]

function templated(name: string, title: string, takes: 'template' | 'file'): Format {
  return {
    name,
    title,
    takes,
    shows: 'document',
    render: async (view, options) =>
      (await import('./template/render-template.ts')).renderTemplate(name, view, options),
  }
}
