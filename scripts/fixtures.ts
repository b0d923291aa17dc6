// npm run fixtures [NAME...]: captures test/fixtures from real Envoys. Needs Linux, Python 3, openssl, iproute2 and
// util-linux. Envoys run in a network namespace of their own, where every address of 10.0.0.0/8 is local: they can
// listen on the ports a mesh uses, and nothing they do leaves the machine.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fixtures } from './fixtures/configs/index.ts'
import { installEnvoy } from './fixtures/installation.ts'

const names = process.argv.slice(2)
const unknown = names.filter((name) => !fixtures.some((fixture) => fixture.name === name))
if (unknown.length > 0) {
  console.error(`no such fixture: ${unknown.join(', ')}\nknown: ${fixtures.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const captures = fixtures
  .filter(({ name }) => names.length === 0 || names.includes(name))
  .flatMap(({ name, versions }) => versions.flatMap((version) => [name, version, installEnvoy(version)]))

const inNamespace = 'ip link set lo up && ip address add 10.0.0.0/8 dev lo && exec "$@"'
const captureAll = join(import.meta.dirname, 'fixtures', 'capture-all.ts')
const run = spawnSync(
  'unshare',
  ['--net', '--map-root-user', 'sh', '-c', inNamespace, 'sh', process.execPath, captureAll, ...captures],
  { stdio: 'inherit' },
)
if (run.error) throw run.error
process.exit(run.status ?? 1)
