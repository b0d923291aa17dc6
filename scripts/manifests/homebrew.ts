import type { Release, ReleasedArchive } from './release.ts'

/** Homebrew derives the name of the class from that of the file. */
export const formulaFile = 'kubectl-proxy-config.rb'

const systems = { darwin: 'on_macos', linux: 'on_linux' } as const
const processors = { arm64: 'on_arm', amd64: 'on_intel' } as const

/**
 * A Homebrew formula (https://docs.brew.sh/Formula-Cookbook) that installs the program, the scripts for its other names, and
 * the man pages.
 * @throws Error when a text of the release breaks a rule of `brew audit`
 */
export function homebrewFormula({ version, description, homepage, license, archives }: Release): string {
  const wrong = descriptionFault(description)
  if (wrong !== undefined) throw new Error(`the description ${wrong}: ${description}`)
  return `${[
    'class KubectlProxyConfig < Formula',
    `  desc ${JSON.stringify(description)}`,
    `  homepage ${JSON.stringify(homepage)}`,
    `  version ${JSON.stringify(version)}`,
    `  license ${JSON.stringify(license)}`,
    ...Object.entries(systems).flatMap(([os, block]) =>
      system(
        block,
        archives.filter((each) => each.os === os),
      ),
    ),
    '',
    '  def install',
    '    bin.install Dir["kubectl*"]',
    '    man1.install Dir["man1/*.1"]',
    '  end',
    '',
    '  test do',
    '    assert_match version.to_s, shell_output("#{bin}/kubectl-proxy_config --version")',
    '  end',
    'end',
  ].join('\n')}\n`
}

function system(block: string, archives: readonly ReleasedArchive[]): string[] {
  const inside = Object.entries(processors).flatMap(([arch, processor]) =>
    archives
      .filter((each) => each.arch === arch)
      .flatMap(({ url, sha256 }) => [
        `    ${processor} do`,
        `      url ${JSON.stringify(url)}`,
        `      sha256 ${JSON.stringify(sha256)}`,
        '    end',
      ]),
  )
  return inside.length === 0 ? [] : ['', `  ${block} do`, ...inside, '  end']
}

/** Homebrew's rules of a description (`rubocops/desc.rb`, `rubocops/shared/desc_helper.rb`). */
function descriptionFault(text: string): string | undefined {
  if (text.length > 80) return 'has more than 80 characters'
  if (/^(?:an?|the)\s/i.test(text)) return 'begins with an article'
  if (/^\s|\s$/.test(text)) return 'begins or ends with a blank'
  if (!/^[A-Z]/.test(text)) return 'does not begin with a capital'
  if (/\.$/.test(text)) return 'ends in a full stop'
  if (/^kubectl.?proxy.?config/i.test(text)) return 'begins with the name of the formula'
  return undefined
}
