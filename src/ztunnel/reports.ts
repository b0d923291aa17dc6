import type { Report } from '../report/report.ts'
import { ztunnelKinds } from './index.ts'

/** What is shown of a ztunnel's dump. */
export const ztunnelReports: readonly Report[] = ztunnelKinds.map(({ name, title, kind, columns }) => ({
  name: `ztunnel-${name}`,
  title: `ztunnel: ${title}`,
  kind,
  columns: [columns],
}))
