import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Manifest } from '../../../src/fetch/capture/format/manifest.ts'
import { openCapture } from '../../../src/fetch/capture/open-capture.ts'
import { runProgram } from '../../run-program.ts'
import { guarded, startSmallMesh } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'planted-capture-'))
after(() => rmSync(folder, { recursive: true }))

const planted: string[] = []

/** A secret that stands at one place only. */
function plant(where: string): string {
  planted.push(where)
  return `CANARY${planted.length}X7q`
}

const key = (where: string) =>
  `-----BEGIN PRIVATE KEY-----\n${plant(where)}${'A'.repeat(64)}\n-----END PRIVATE KEY-----`
const credentials = (where: string) => ({
  authorization: `Bearer ${plant(`${where}: authorization`)}`,
  'x-api-key': plant(`${where}: API key`),
  password: plant(`${where}: password`),
  private_key: { inline_string: key(`${where}: private key`) },
  url: `https://user:${plant(`${where}: password in a URL`)}@host/?access_token=${plant(`${where}: token in a URL`)}`,
})

const [bootstrap, ...others] = guarded.configs
const dump = JSON.stringify({
  configs: [
    {
      ...bootstrap,
      bootstrap: {
        node: {
          id: 'sidecar~10.0.0.2~cart-1.shop~shop.svc',
          metadata: { ENV: { A: plant('environment in the bootstrap') }, PROXY_CONFIG: credentials('bootstrap') },
        },
      },
    },
    ...others,
    { '@type': 'type.googleapis.com/x.Unknown', ...credentials('unknown section') },
  ],
})

/** Lines of Envoy's and of an access log. */
const log = [
  `2026-01-01T00:00:00Z debug envoy http 'authorization', 'Bearer ${plant('log: a header in debug')}'`,
  `2026-01-01T00:00:00Z "GET /?access_token=${plant('log: a token in a path')} HTTP/1.1" 200`,
  `2026-01-01T00:00:00Z connecting to https://u:${plant('log: basic auth in a URL')}@host/`,
  `2026-01-01T00:00:00Z {"authorization":"Basic ${Buffer.from(plant('log: JSON')).toString('base64')}","password":"${plant('log: JSON')}"}`,
  `2026-01-01T00:00:00Z cookie: sid=${plant('log: cookie')}`,
  `2026-01-01T00:00:00Z 'cookie', 'sid=${plant('log: cookie in debug')}'`,
  `2026-01-01T00:00:00Z 'x-api-key', '${plant('log: API key in debug')}'`,
  `2026-01-01T00:00:00Z {"cookie":"sid=${plant('log: cookie in JSON')}","x-api-key":"${plant('log: API key in JSON')}"}`,
  '2026-01-01T00:00:00Z {"cookie":"-","user-agent":"curl"}',
  ...key('log: key').split('\n'),
].join('\n')

/** Every page of a proxy that is JSON, and what istiod says. */
function pageOf(pod: string, path: string): string | { status: number; body: string } | undefined {
  if (path.startsWith('config_dump')) return dump
  if (path.startsWith('debug/push_status')) return JSON.stringify(credentials('push_status'))
  if (pod === 'istiod-a') return undefined
  const [name] = path.split('?')
  if (name === 'certs') return { status: 500, body: `password=${plant(`${pod}: an error`)}` }
  if (name === 'logging') return `active loggers:\n  authorization: Bearer ${plant(`${pod}: loggers`)}\n`
  if (name === 'server_info')
    return JSON.stringify({ version: 'x/1.31.0/y', command_line_options: credentials(`${pod}: server_info`) })
  if (['runtime', 'init_dump', 'memory'].includes(name ?? ''))
    return JSON.stringify({ x: credentials(`${pod}: ${name}`) })
  return undefined
}

function assertHidden(text: string, what: string): void {
  // Base64 of the beginning of all of them.
  const found = [...text.matchAll(/CANARY(\d+)X7q|Q0FOQVJZ/g)].map(([word, at]) => planted[Number(at) - 1] ?? word)
  assert.deepEqual([...new Set(found)], [], what)
}

test('no secret of any page, log, object or error of a mesh is in its capture, nor in what is shown of it', async () => {
  const file = join(folder, 'mesh.zip')
  const mesh = await startSmallMesh(pageOf, log)
  try {
    const { code, out, err } = await mesh.run('capture', '-A', '--logs', '10m', '--to', file)
    assert.equal(code, 1, 'certificates could not be read')
    assertHidden(out + err, 'what capture prints')
  } finally {
    await mesh.close()
  }
  assert.ok(planted.length > 60, `${planted.length} were planted`)
  assertHidden(readFileSync(file, 'latin1'), 'the file itself')
  const capture = await openCapture(file, { maxSize: 2 ** 28, everyFile: true, note: assert.fail })
  let tokens = 0
  for (const name of capture.names) {
    const text = Buffer.from((await capture.bytes(name)) ?? []).toString('utf8')
    assertHidden(text, name)
    tokens += text.match(/\[redacted-[0-9a-f]{8}\]/g)?.length ?? 0
  }
  assert.ok(tokens > 50, `${tokens} tokens`)
  const kept = Buffer.from((await capture.bytes('proxies/default/web-1/log.txt')) ?? []).toString('utf8')
  assert.ok(kept.includes(`"cookie":"-","user-agent":"curl"`), kept)
  assert.match(kept, /'cookie', '\[redacted-[0-9a-f]{8}\]'\n/)
  for (const words of [
    ['all', 'cart-1.shop', '-o', 'json'],
    ['bootstrap', 'cart-1.shop', '-o', 'yaml', '--show-secrets'],
    ['info', 'cart-1.shop', '-o', 'json'],
    ['log', 'cart-1.shop'],
    ['certs', 'cart-1.shop'],
    ['explain', 'cart-1.shop', '--since', '10m'],
    ['status', 'cart-1.shop', '-o', 'json'],
    ['describe', 'pod', 'web-1', '-o', 'json'],
  ]) {
    const { out, err } = await runProgram([...words, '--capture', file])
    assertHidden(out + err, words.join(' '))
  }
  const shown = await runProgram(['capture', 'show', file, '-o', 'json'])
  assertHidden(shown.out + shown.err, 'capture show')
})

test('the manifest of a mesh, with failures, is what its schema says', async () => {
  const published = new URL('../../../docs/schemas/capture-document.json', import.meta.url)
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } })
  const validate = ajv.compile(JSON.parse(readFileSync(published, 'utf8')))
  const file = join(folder, 'mesh.zip')
  const looked = await openCapture(file, { maxSize: 2 ** 28, note: assert.fail })
  for (const manifest of [
    looked.manifest,
    JSON.parse((await runProgram(['capture', 'show', file, '-o', 'json'])).out),
  ]) {
    const text = JSON.stringify(manifest)
    assert.ok(validate(JSON.parse(text)), ajv.errorsText(validate.errors))
    const plain: Manifest = JSON.parse(text)
    assert.ok(plain.failures.length > 0 && plain.istiods.length === 1 && plain.cluster !== null)
    assert.equal(plain.fileCount, plain.files.length)
  }
})
