import { resourceKinds } from '../../resources/index.ts'
import { viewColumns } from '../../resources/resource-table.ts'
import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { listOf } from '../../schema/json-schema.ts'
import { rowSchema } from '../../schema/row-schema.ts'
import type { TrafficReadings } from './readings.ts'
import { trafficSample } from './sample.ts'
import { withTraffic } from './with-traffic.ts'

const last = trafficSample(undefined, undefined)
const one: TrafficReadings = { first: undefined, last, seconds: undefined }
const two: TrafficReadings = { first: last, last, seconds: 1 }

/** What `--traffic` shows of resources: totals, or rates with `--interval`. Its documents are lists of the same. */
export const trafficSchemas: readonly AnswerSchema[] = resourceKinds
  .filter(({ counted }) => counted)
  .map((resourceKind) => {
    const title = `${resourceKind.title} (${resourceKind.name} --traffic)`
    const schema: AnswerSchema = {
      name: `${resourceKind.name}-traffic`,
      title,
      kind: resourceKind.kind,
      columns: [one, two].map((readings) => viewColumns(withTraffic(resourceKind, readings))),
    }
    return { ...schema, document: { title, schema: listOf(rowSchema(schema)) } }
  })
