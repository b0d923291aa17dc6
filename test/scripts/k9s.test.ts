import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { load } from 'js-yaml'
import { objectOf, stringOf, stringsOf } from '../../src/envoy/json.ts'

// The plugins of docs/k9s.md, run as k9s runs them.

const folder = mkdtempSync(join(tmpdir(), 'k9s-'))
after(() => rmSync(folder, { recursive: true }))
const program = join(folder, 'kubectl')
writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
writeFileSync(join(folder, 'less'), '#!/bin/sh\nexec cat\n', { mode: 0o755 })

const page = readFileSync(join(import.meta.dirname, '../../docs/k9s.md'), 'utf8')
const plugins = objectOf(objectOf(load(/^```yaml\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '')).plugins)

/** k9s replaces `$NAME` in every argument by what it knows of that name, and leaves what it does not know (`internal/view/env.go`). */
function run(plugin: string, known: Readonly<Record<string, string>>, input = ''): string[] {
  const { command, args } = objectOf(plugins[plugin])
  const words = stringsOf(args).map((arg) => arg.replaceAll(/\$([\w-]+)/g, (all, name: string) => known[name] ?? all))
  const path = [folder, process.env.PATH].join(delimiter)
  const { stdout, stderr } = spawnSync(stringOf(command) ?? '', words, {
    cwd: folder,
    encoding: 'utf8',
    input,
    env: { PATH: path },
  })
  assert.equal(stderr, '')
  return stdout.trimEnd().split('\n')
}

const pod = { NAME: 'web-1', NAMESPACE: 'default', CONTEXT: 'a b$(touch ran)`touch ran`;"touch ran"' }
const where = ['-n', 'default', '--context', pod.CONTEXT]

test('each key calls the program for the chosen pod, and no name is run', {
  skip: process.platform === 'win32',
}, () => {
  assert.deepEqual(Object.keys(plugins), ['proxy-routes', 'proxy-trace', 'proxy-status', 'proxy-status-all'])
  assert.deepEqual(run('proxy-routes', pod), ['proxy-config', 'routes', 'web-1', ...where])
  assert.deepEqual(run('proxy-status', pod), ['proxy-status', 'web-1', ...where])
  assert.deepEqual(run('proxy-status-all', { CONTEXT: pod.CONTEXT }), ['proxy-status', '--context', pod.CONTEXT])
  const [prompt, ...traced] = run('proxy-trace', pod, "http://reviews/ -H 'a=$(touch ran) b'\n").slice(1)
  assert.equal(prompt, '> proxy-config')
  assert.deepEqual(traced, ['trace', 'web-1', ...where, '--explain', 'http://reviews/', '-H', 'a=$(touch ran) b'])
  assert.deepEqual(readdirSync(folder).toSorted(), ['kubectl', 'less'])
})
