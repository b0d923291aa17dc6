/**
 * `npm run plant [-- COUNT]`: the defect of each rule of lint planted in so many real dumps (50 when not given) of ../shared/conformance: how
 * many are found, and what is found beside.
 */
import { plantAll } from '../test/lint/planting/plant-all.ts'

const count = Number(process.argv[2] ?? 50)
const { planes, proxies, rows, wrong } = await plantAll(count)
const all = ['planted', 'found', 'alone'] as const
console.log(`${proxies} real dumps: ${planes.join(', ')}`)
console.log(['RULE', ...all].join('\t'))
for (const row of rows) console.log([row.rule, ...all.map((key) => row[key])].join('\t'))
console.log(['all', ...all.map((key) => rows.reduce((sum, row) => sum + row[key], 0))].join('\t'))
for (const line of wrong) console.log(line)
