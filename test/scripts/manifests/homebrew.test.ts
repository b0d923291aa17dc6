import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { formulaFile, homebrewFormula } from '../../../scripts/manifests/homebrew.ts'
import { release } from './release.ts'

const folder = mkdtempSync(join(tmpdir(), 'formula-test-'))
after(() => rmSync(folder, { recursive: true }))

test('the class is called as Homebrew derives it from the name of the file', () => {
  const derived = formulaFile
    .replace(/\.rb$/, '')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  assert.match(homebrewFormula(release), new RegExp(`^class ${derived} < Formula$`, 'm'))
})

const descriptions: readonly (readonly [string, RegExp])[] = [
  ['x'.repeat(81), /more than 80/],
  ['A proxy', /article/],
  ['The proxy', /article/],
  ['Show ', /blank/],
  ['show', /capital/],
  ['Show.', /full stop/],
  ['Kubectl proxy-config shows', /name of the formula/],
]

for (const [description, fault] of descriptions) {
  test(`a description that brew audit refuses: ${fault.source}`, () => {
    assert.throws(() => homebrewFormula({ ...release, description }), fault)
  })
}

/** Homebrew's words, as far as the formula uses them: each platform's archive is printed, or what `install` does. */
const homebrew = `
class Formula
  def self.method_missing(name, *args)
    @wanted = [ARGV[0], ARGV[1]] if @wanted.nil?
    return yield if block_given? && (@wanted.include?(name.to_s))
    puts args[0] if [:url, :sha256].include?(name)
  end
end
require ARGV[2]
`

test('Ruby reads the formula, and each platform gets its archive', (t) => {
  if (spawnSync('ruby', ['--version']).status !== 0) {
    console.error('\n*** NOT RUN: check of the Homebrew formula: there is no ruby\n')
    return t.skip('there is no ruby')
  }
  const formula = join(folder, formulaFile)
  writeFileSync(formula, homebrewFormula(release))
  const checked = spawnSync('ruby', ['-wc', formula], { encoding: 'utf8' })
  assert.equal(checked.stdout + checked.stderr, 'Syntax OK\n')
  writeFileSync(join(folder, 'homebrew.rb'), homebrew)
  for (const [os, system] of [
    ['darwin', 'on_macos'],
    ['linux', 'on_linux'],
  ] as const) {
    for (const [arch, processor] of [
      ['arm64', 'on_arm'],
      ['amd64', 'on_intel'],
    ] as const) {
      const { stdout, stderr } = spawnSync('ruby', [join(folder, 'homebrew.rb'), system, processor, formula], {
        encoding: 'utf8',
      })
      const archive = release.archives.find((each) => each.os === os && each.arch === arch)
      assert.equal(stdout, `${archive?.url}\n${archive?.sha256}\n`, stderr)
    }
  }
})
