import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleFile, dist } from '../../scripts/bundle/build.ts'
import { binaryName, isHost, targetName, targets } from '../../scripts/package/targets.ts'

/** What starting costs, in numbers that do not depend on the machine's speed or load. */
const root = join(import.meta.dirname, '../..')
const dump = join(root, 'test/fixtures/sidecar/config_dump.json')

// It had 3.13 MB while the generated API of client-node was in it. 2,300,000 until there was -o parquet: hyparquet-writer has 59 kB.
// 2,400,000 while all of it was read at each start; the tests below and of the bundle hold what is read.
test('the bundle stays small', (t) => {
  const { size } = statSync(join(root, dist, bundleFile))
  t.diagnostic(`${size} bytes`)
  assert.ok(size <= 2_600_000, `${size} bytes`)
})

for (const { args, most } of [
  // 181 and 241 million while all of the bundle was one script. Node alone with an empty script: 84 million.
  { args: ['--help'], most: 128e6 },
  { args: ['clusters', '--file', dump], most: 188e6 },
]) {
  test(`instructions of ${args[0]}`, (t) => {
    const instructions = counted(args)
    if (instructions === undefined) return t.skip('valgrind is not installed')
    t.diagnostic(`${Math.round(instructions / 1e6)} million`)
    assert.ok(instructions > 1e6 && instructions <= most, `${instructions} instructions, at most ${most}`)
  })
}

/** Instructions of the packaged executable as callgrind counts them; undefined without valgrind. */
function counted(args: readonly string[]): number | undefined {
  const target = targets.find(isHost)
  assert.ok(target !== undefined)
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-callgrind-'))
  try {
    const { error, status, stderr } = spawnSync(
      'valgrind',
      [
        '--tool=callgrind',
        `--callgrind-out-file=${join(folder, 'out')}`,
        join(root, dist, targetName(target), binaryName(target)),
        ...args,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
    )
    if (error !== undefined) return undefined
    assert.equal(status, 0, stderr)
    return Number(/Collected : (\d+)/.exec(stderr)?.[1])
  } finally {
    rmSync(folder, { recursive: true })
  }
}
