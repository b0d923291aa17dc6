import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { objectOf, objectsOf, stringsOf } from '../../../src/envoy/json.ts'
import type { RuleFacts } from '../../../src/lint/rule.ts'
import type { Planter } from './plant.ts'

const folder = join(import.meta.dirname, '../../../src/lint/rules')

/** How the defect of a rule is planted, which stands beside its cases: `plant`, or the first of what is invalid. */
export function planterOf({ id }: Pick<RuleFacts, 'id'>): Planter {
  const [file = ''] = globSync(`*/${id}.cases.yaml`, { cwd: folder })
  const { plant, invalid } = objectOf(load(readFileSync(join(folder, file), 'utf8')))
  const { case: _, finds: __, severity: ___, also, ...changes } = objectOf(plant ?? objectsOf(invalid)[0])
  return { changes, also: stringsOf(also) }
}
