import type { RuleFacts } from '../rule.ts'
import { type Finding, linkOf } from '../run/finding.ts'

const levels = { error: 'error', warning: 'warning', info: 'note' } as const

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function* sarif(findings: readonly Finding[], rules: readonly RuleFacts[]): Generator<string> {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kubectl-proxy-config',
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.title },
              fullDescription: { text: rule.detects },
              help: { text: `${rule.impact} ${rule.fix}` },
              helpUri: linkOf(rule),
              defaultConfiguration: { level: levels[rule.severity] },
            })),
          },
        },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          level: levels[finding.severity],
          message: { text: `${finding.message}. ${finding.fix}` },
          locations: finding.proxies.map((proxy) => ({
            logicalLocations: [{ fullyQualifiedName: [proxy, placeOf(finding)].join(' ') }],
          })),
          partialFingerprints: { cause: [finding.rule, finding.resource, finding.message].join(' ') },
          occurrenceCount: finding.places,
        })),
      },
    ],
  }
  yield* asciiJson(JSON.stringify(log, undefined, 2)).split('\n')
}

/** JUnit's XML, as CI systems read it: a case for each rule that was asked, failed by its findings; `info` fails nothing. */
export function* junit(findings: readonly Finding[], rules: readonly RuleFacts[]): Generator<string> {
  const failing = findings.filter(({ severity }) => severity !== 'info')
  const failed = new Set(failing.map(({ rule }) => rule))
  yield '<?xml version="1.0" encoding="UTF-8"?>'
  yield `<testsuites><testsuite name="lint" tests="${rules.length}" failures="${failed.size}">`
  for (const { id, title } of rules) {
    const own = failing.filter(({ rule }) => rule === id)
    yield `<testcase classname="lint.${xml(id)}" name="${xml(title)}">`
    if (own.length > 0) {
      const text = own.map(
        (finding) => `${finding.severity} ${placeOf(finding)}: ${finding.message} (${finding.proxies.join(', ')})`,
      )
      yield `<failure message="${xml(`${own.length} of ${id}`)}">${xml(text.join('; '))}</failure>`
    }
    yield '</testcase>'
  }
  yield '</testsuite></testsuites>'
}

/** Workflow commands of GitHub Actions, which show as annotations. */
export function* github(findings: readonly Finding[]): Generator<string> {
  for (const finding of findings) {
    const kind = finding.severity === 'info' ? 'notice' : finding.severity
    const text = `${placeOf(finding)}: ${finding.message} (${finding.proxies.length === 1 ? finding.proxies[0] : `${finding.proxies.length} proxies`})`
    yield `::${kind} title=${property(finding.rule)}::${data(text)}`
  }
}

function placeOf({ resource, path }: Finding): string {
  return [resource, path].filter(Boolean).join(' ')
}

/** Text between tags and in quotes; characters that XML 1.0 has not are left out. */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** JSON in which what is printed as an escape, such as an invisible character, is one of JSON's own. */
function asciiJson(text: string): string {
  return text.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Line breaks are escaped where the line is printed: the runner must not make any of `%0A`. */
function data(text: string): string {
  return text.replaceAll('%', '%25')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
