import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../../../src/errors.ts'
import { templateProgram } from '../../../src/output/template/template-program.ts'

interface Case {
  readonly template: string
  readonly document: string
  readonly out?: string
  readonly error?: string
  /** What this program does otherwise, and why. */
  readonly differs?: string
}

/** What client-go makes of each template: test/lab/go/jsonpath writes it. */
const { documents, cases }: { documents: Record<string, unknown>; cases: readonly Case[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'kubectl-cases.json'), 'utf8'),
)

function evaluated(template: string, value: unknown): string {
  const text = (found: unknown) => (typeof found === 'string' ? found : JSON.stringify(found))
  return [...templateProgram(template).results({ value, items: [] })]
    .map((result) => (typeof result === 'string' ? result : result.map(text).join(' ')))
    .join('')
}

test('templates give what kubectl gives, and fail where it does, in its words', (t) => {
  for (const { template, document, out, error, differs } of cases) {
    if (differs !== undefined) continue
    const value = documents[document]
    if (out !== undefined) assert.equal(evaluated(template, value), out, template)
    else
      assert.throws(
        () => evaluated(template, value),
        (thrown) => thrown instanceof UsageError && thrown.message.endsWith(error ?? '?'),
        `${template}: ${error}`,
      )
  }
  t.diagnostic(`${cases.length} templates`)
  assert.ok(cases.length > 190 && cases.filter(({ differs }) => differs !== undefined).length < 12)
})
