import { csv } from './csv.ts'
import type { Format } from './format.ts'
import { json } from './json.ts'
import { jsonl } from './jsonl.ts'
import { name } from './name.ts'
import { raw } from './raw.ts'
import { table, wide } from './table.ts'
import { yaml } from './yaml.ts'

/** THE list of output formats, in the order help shows them. */
export const formats: readonly Format[] = [table, wide, json, yaml, raw, name, jsonl, csv]
