import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'

/** JSON Schemas of what the program prints for programs. */
export const schema: Command = {
  name: 'schema',
  aliases: [],
  summary: 'JSON Schemas of -o jsonl and of the documents of -o json',
  description: `Prints the JSON Schema (draft 2020-12) of a machine format: of a line of -o jsonl, or of a whole document of -o json.
Without KIND: lists them. What -o json prints of clusters, listeners and other resources is Envoy's protobuf-JSON, which Envoy's API
documents. Within a version (the key "schema" of each line) keys are added, never renamed or removed.`,
  synopsis: '[KIND]',
  async firstArguments() {
    const { schemas } = await import('./schema/schemas.ts')
    return (await schemas()).map(({ name, title }) => ({ text: name, describe: title }))
  },
  examples: [
    { title: 'What has a schema', command: 'kubectl proxy-config schema' },
    { title: 'The keys of a line of clusters -o jsonl', command: 'kubectl proxy-config schema clusters' },
    { title: 'The document of trace -o json', command: 'kubectl proxy-config schema trace-document' },
  ],
  options: outputOptions,
  positionals: { max: 1 },
  async load() {
    return (await import('./schema/print-schema.ts')).printSchema
  },
}
