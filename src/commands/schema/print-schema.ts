import type { Args, Context } from '../../contract/command.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { resourceKinds } from '../../resources/index.ts'
import { schemas } from './schemas.ts'

/** A schema, or without KIND the list of them. */
export async function printSchema(args: Args, context: Context): Promise<number> {
  const [wanted] = args.positionals
  const all = await schemas()
  if (wanted === undefined) {
    const document = () => ({ value: Object.fromEntries(all.map((each) => [each.name, each.schema])) })
    await context.render({
      kind: 'schema',
      columns: [
        { header: 'KIND', key: 'name' },
        { header: 'FORMAT', key: 'format' },
        { header: 'DESCRIBES', key: 'describes' },
      ],
      rows: all.map(({ name, format, title }) => ({ name, cells: [name, format, title] })),
      document,
      raw: document,
      notes: [],
      empty: '',
    })
    return exitCode.ok
  }
  const word = wanted.toLowerCase()
  const kind = resourceKinds.find(({ aliases }) => aliases.includes(word))?.name ?? word
  const found = all.find(({ name }) => name === kind)
  if (found === undefined) {
    throw new UsageError(`there is no schema ${JSON.stringify(wanted)}`, {
      hint: `The schemas are: ${all.map(({ name }) => name).join(', ')}`,
    })
  }
  await context.io.write(`${JSON.stringify(found.schema, undefined, 2)}\n`)
  return exitCode.ok
}
