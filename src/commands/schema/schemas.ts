import { adminReports } from '../../admin/reports.ts'
import { analyses } from '../../analyses/index.ts'
import { ownReports } from '../../analyses/reports.ts'
import { trafficReports } from '../../analyses/traffic/reports.ts'
import { lintReports } from '../../lint/report/reports.ts'
import type { JsonSchema } from '../../report/json-schema.ts'
import { rowVersion } from '../../report/report.ts'
import { rowSchema } from '../../report/row-schema.ts'
import { resourceReports } from '../../resources/reports.ts'
import { ztunnelReports } from '../../ztunnel/reports.ts'
import { captureReport } from '../capture/capture-report.ts'
import { exportReport } from '../export/export-report.ts'
import { foldedReport } from '../proxies/fleet/folded-report.ts'

/** The schema of something that the program prints for programs. */
export interface DocumentedSchema {
  readonly name: string
  /** The format it describes: a line of `jsonl`, or the whole of `json`. */
  readonly format: 'jsonl' | 'json'
  readonly title: string
  readonly schema: JsonSchema
}

/** THE list of machine formats: a kind of row each, then the documents that are this program's own. */
export async function schemas(): Promise<readonly DocumentedSchema[]> {
  const loaded = await Promise.all(analyses.flatMap(({ load, byFlag }) => [load(), ...(byFlag ? [byFlag.load()] : [])]))
  const reports = [
    ...resourceReports,
    ...trafficReports,
    ...ownReports,
    ...lintReports,
    ...loaded.map(({ report }) => report),
    ...adminReports,
    ...ztunnelReports,
    captureReport,
    exportReport,
    foldedReport,
  ]
  return [
    ...reports.map((report) => whole('jsonl', report.name, report.title, rowSchema(report))),
    ...reports.flatMap(({ name, document }) =>
      document === undefined ? [] : [whole('json', `${name}-document`, document.title, document.schema)],
    ),
  ]
}

function whole(format: DocumentedSchema['format'], name: string, title: string, schema: JsonSchema): DocumentedSchema {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:${rowVersion.replace('/', ':')}:${name}`,
    title,
  }
  return { name, format, title, schema: { ...head, ...schema } }
}
