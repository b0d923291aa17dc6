// npm run fixtures [NAME...]: captures test/fixtures from real Envoys; see test/fixtures/README.md. Envoys run in a network
// namespace of their own, where every address of 10.0.0.0/8 is local: they can listen on the ports a mesh uses, and
// nothing they do leaves the machine. For that the script starts itself a second time, inside.
import { spawnSync } from 'node:child_process'
import { captureAll } from './fixtures/capture-all.ts'
import { fixtures } from './fixtures/configs/index.ts'
import { installEnvoy } from './fixtures/installation.ts'

const inside = '--inside'
const [first, ...rest] = process.argv.slice(2)
if (first === inside) await captureAll(rest)
else process.exitCode = captureInNamespace(process.argv.slice(2))

function captureInNamespace(names: readonly string[]): number {
  const unknown = names.filter((name) => !fixtures.some((fixture) => fixture.name === name))
  if (unknown.length > 0) {
    console.error(`no such fixture: ${unknown.join(', ')}\nknown: ${fixtures.map(({ name }) => name).join(', ')}`)
    return 1
  }
  const captures = fixtures
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .flatMap(({ name, versions }) => versions.flatMap((version) => [name, version, installEnvoy(version)]))

  const setUp = 'ip link set lo up && ip address add 10.0.0.0/8 dev lo && exec "$@"'
  const again = [process.execPath, import.meta.filename, inside, ...captures]
  const run = spawnSync('unshare', ['--net', '--map-root-user', 'sh', '-c', setUp, 'sh', ...again], {
    stdio: 'inherit',
  })
  if (run.error) throw run.error
  return run.status ?? 1
}
