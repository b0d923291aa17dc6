import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { diffDumps } from '../../../src/analyses/diff/diff-dumps.ts'
import { diffText } from '../../../src/analyses/diff/diff-text.ts'
import { unifiedText } from '../../../src/analyses/diff/unified-text.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { corpus, hasCorpus } from '../../conformance/corpus.ts'

const compare = 'dumps/istio+istio/istioctl__pkg__writer__compare__testdata__'

interface Case {
  readonly title: string
  readonly controlPlane: string
  readonly envoy: string
  /** Headings of the first three kinds and, sorted, the lines below them. */
  readonly text: readonly string[]
}

const refused =
  "rejected by Envoy: Didn't find a registered implementation for 'lab.unknown' with type URL: 'lab.Unknown'"
const refusedListeners = ['0.0.0.0_15010', '0.0.0.0_15014', '0.0.0.0_80', '0.0.0.0_9080', '10.96.3.1_15021']

const cases: readonly Case[] = [
  {
    title: 'in sync, as istioctl says',
    controlPlane: 'lab/raw/istiod-aaaaa/config_dump_proxyID_productpage-v1-6b7f5c-pp001.default.txt',
    envoy: 'lab/raw/sidecar/config_dump_include_eds.json',
    text: ['Clusters Match', 'Listeners Match', 'Routes Match (RDS last loaded at Sat, 21 Nov 2026 09:13:01 UTC)'],
  },
  {
    title: 'refused listeners on the second replica, of which istioctl finds no dump',
    controlPlane: 'lab/raw/istiod-bbbbb/config_dump_proxyID_nack-v1-99cc4d-nk001.default.txt',
    envoy: 'lab/raw/nack/config_dump_include_eds.json',
    text: [
      'Clusters Match',
      "Listeners don't match",
      ...refusedListeners.map((name) => `  - ${name}: only in the control plane`),
      ...refusedListeners.map((name) => `  ! ${name}: ${refused}`),
      'Routes Match',
    ],
  },
  {
    title: "istioctl's own pair of API v2",
    controlPlane: `${compare}pilotconfigdump.json`,
    envoy: `${compare}envoyconfigdump.json`,
    text: ['Clusters Match', 'Listeners Match', 'Routes Match'],
  },
]

for (const { title, controlPlane, envoy, text } of cases) {
  test(title, async (t) => {
    if (!hasCorpus(t)) return
    const read = (path: string) => readDump(readFileSync(join(corpus, path)), path)
    const diff = diffDumps(await read(controlPlane), await read(envoy))
    const lines = diffText({ ...diff, kinds: diff.kinds.slice(0, 3) })
    assert.deepEqual(
      lines.map((line) => (typeof line === 'string' ? line : line.text)),
      text,
    )
    assert.equal(diff.match, text.length === 3)
    if (diff.match) assert.deepEqual(unifiedText({ ...diff, kinds: diff.kinds.slice(0, 3) }, 'Pilot'), text)
  })
}
