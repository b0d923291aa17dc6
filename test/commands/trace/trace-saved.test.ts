import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { pack } from 'tar-stream'
import { runProgram } from '../../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'trace-saved-'))
after(() => rmSync(folder, { recursive: true }))

/** A captured gateway, last changed on 2025-11-01T09:00, with a certificate that ended on 2025-12-28T20:00:00Z. */
const captured = readFileSync(new URL('../../fixtures/certificates/config_dump.json', import.meta.url), 'utf8')
const expired = 'certificate expired expired on 2025-12-28T20:00:00Z'

/** The dump as if its last change had been at another time. */
const changedAt = (time: string): string => captured.replaceAll(/"last_updated": "[^"]*"/g, `"last_updated": "${time}"`)

function saved(name: string, dump: string | Uint8Array, written: string): string {
  const file = join(folder, name)
  writeFileSync(file, dump)
  utimesSync(file, new Date(written), new Date(written))
  return file
}

async function told(file: string): Promise<string> {
  const { out } = await runProgram(['trace', '--file', file, 'https://expired.example.com:8443/'], {
    now: new Date('2031-01-01T00:00:00Z'),
  })
  return out
}

test('a certificate is judged at the time of the dump, not of today', async () => {
  const then = await told(saved('then.json', captured, '2025-11-02T00:00:00Z'))
  assert.match(then, /until 2025-12-28/)
  assert.doesNotMatch(then, /expired on/)
  const copied = await told(saved('copied.json', captured, '2030-01-01T00:00:00Z'))
  assert.doesNotMatch(copied, /expired on/, 'a file that was copied later')
  const late = await told(saved('late.json', changedAt('2026-01-02T00:00:00Z'), '2030-01-01T00:00:00Z'))
  assert.match(late, new RegExp(expired))
  const soon = await told(saved('soon.json', changedAt('2025-12-27T00:00:00Z'), '2025-12-29T00:00:00Z'))
  assert.match(soon, new RegExp(expired), 'a file that was written when the certificate had ended')
})

test('of an archive server_info beside the dump tells the time, else the archive', async () => {
  const archive = async (name: string, uptime: string | undefined, written: string): Promise<string> => {
    const tar = pack()
    const mtime = new Date(written)
    tar.entry({ name: 'proxy/config_dump.json', mtime }, changedAt('2025-12-27T00:00:00Z'))
    if (uptime !== undefined)
      tar.entry(
        { name: 'proxy/server_info.json', mtime },
        JSON.stringify({ version: 'x', state: 'LIVE', uptime_current_epoch: uptime }),
      )
    tar.finalize()
    return saved(name, await buffer(tar), '2030-01-01T00:00:00Z')
  }
  assert.doesNotMatch(await told(await archive('a.tar', '3600s', '2025-12-29T00:00:00Z')), /expired on/)
  assert.match(await told(await archive('b.tar', '864000s', '2025-12-27T00:00:00Z')), new RegExp(expired))
  assert.match(await told(await archive('c.tar', undefined, '2025-12-29T00:00:00Z')), new RegExp(expired))
  assert.doesNotMatch(await told(await archive('d.tar', undefined, '2025-12-28T00:00:00Z')), /expired on/)
})
