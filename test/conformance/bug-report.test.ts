import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'

const part = 'dumps/istio+istio'

/** The files of a bug-report, which the corpus has side by side, where istioctl puts them. */
function layOut(report: string, root: string): readonly string[] {
  const files = readdirSync(join(corpus, part)).filter((name) => name.startsWith(`${report}__`))
  return files.map((name) => {
    const path = name
      .slice(report.length + 2)
      .replaceAll('__', '/')
      .replace('_Q_', '?')
      .replace(/\.(?:json|txt)$/, '')
    mkdirSync(join(root, dirname(path)), { recursive: true })
    copyFileSync(join(corpus, part, name), join(root, path))
    return path
  })
}

for (const report of ['bugreport-1.20-dev', 'bugreport-gw-2023-11']) {
  test(`${report} of istioctl is read as a capture: each proxy as its own file, and all that its istiod knows`, async (t) => {
    if (!hasCorpus(t, part)) return
    const root = mkdtempSync(join(tmpdir(), 'bug-report-'))
    t.after(() => rmSync(root, { recursive: true }))
    const dumps = layOut(report, root).filter((path) => basename(path).startsWith('config_dump'))
    assert.ok(dumps.length > 0)
    for (const path of dumps) {
      const [namespace = '', pod = ''] = path.split('/').slice(-3)
      for (const command of ['clusters', 'listeners', 'routes', 'endpoints', 'secrets']) {
        const own = await runProgram([command, '--file', join(root, path), '-o', 'json'])
        const captured = await runProgram([command, `${pod}.${namespace}`, '-o', 'json', '--capture', root])
        assert.deepEqual([captured.out, captured.code], [own.out, own.code], `${command} of ${path}`)
      }
    }
    const [syncz] = readdirSync(join(root, 'istio/istio-system')).map((name) =>
      join(root, 'istio/istio-system', name, 'debug/syncz'),
    )
    const saved = await runProgram(['status', '--control-plane-file', syncz ?? '', '-o', 'jsonl'])
    const all = await runProgram(['status', '-o', 'jsonl', '--capture', root])
    const names = (out: string) => out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).resource]))
    assert.ok(names(saved.out).length > 0)
    for (const name of names(saved.out)) assert.ok(names(all.out).includes(name), name)
  })
}
