import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { corpus, hasCorpus } from '../conformance/corpus.ts'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

const dumps = [
  'istio+istio/istioctl__pkg__writer__ztunnel__configdump__testdata__dump.json',
  'kiali+kiali/kubernetes__testdata__ztunnel-config.json',
]

const kinds: readonly (readonly string[])[] = [
  ['workload'],
  ['workload', '--workload-namespace', 'bookinfo'],
  ['workload', '--workload-node', 'ambient-worker'],
  ['workload', '--address', '10.244.2.51'],
  ['service'],
  ['service', '--service-namespace', 'bookinfo'],
  ['policy'],
  ['certificate'],
  ['connections'],
  ['connections', '--raw'],
  ['connections', '--direction', 'inbound'],
]

test('the tables are istioctl’s, cell by cell and in its order', async (t) => {
  if (!hasCorpus(t)) return
  let rows = 0
  for (const dump of dumps) {
    for (const args of kinds) {
      const file = join(corpus, 'dumps', dump)
      const [ours, theirs] = await Promise.all([
        lab.run(process.execPath, ['src/main.ts', 'ztunnel', ...args, '--file', file]),
        lab.run(lab.istioctl, ['ztunnel-config', ...args, '--file', file]),
      ])
      const [header = '', ...lines] = theirs.stdout.trimEnd().split('\n')
      // Cells may be empty, which is <none> here: lines are compared without these and with their spaces folded.
      const fold = (line: string) =>
        line
          .trim()
          .split(/\s+/)
          .filter((cell) => cell !== '<none>')
          .join(' ')
      const expected = lines.length === 0 ? [] : [header, ...lines].map(fold)
      const printed = ours.stdout.trimEnd().split('\n').filter(Boolean).map(fold)
      assert.deepEqual(printed, expected, `${dump} ${args.join(' ')}: ${ours.stderr}`)
      rows += lines.length
    }
  }
  t.diagnostic(`${rows} rows`)
  assert.ok(rows > 100)
})
