import type { RuleFacts } from '../../src/lint/rule.ts'
import { allFixWords } from '../../src/lint/run/fix-words.ts'

/** The pages of docs/rules by their file: one for each rule, and the table of all. */
export function rulePages(rules: readonly RuleFacts[]): ReadonlyMap<string, string> {
  return new Map([['README.md', indexPage(rules)], ...rules.map((rule) => [`${rule.id}.md`, pageOf(rule)] as const)])
}

function indexPage(rules: readonly RuleFacts[]): string {
  const rows = rules.map(
    ({ id, profile, severity, title }) => `| [${id}](${id}.md) | ${profile} | ${severity} | ${title} |`,
  )
  return [
    '# Rules of lint',
    '',
    '| rule | profile | severity | what it finds |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function pageOf(rule: RuleFacts): string {
  const { id, profile, severity, title, detects, impact, exceptions, fix, sources } = rule
  const parts = [
    ['What it detects', detects],
    ['Impact', impact],
    ['Left out', exceptions],
    ['What to do', [fix, ...allFixWords(rule).map((words) => `- ${words}`)].join('\n').replace('\n', '\n\n')],
  ] as const
  const paragraphs = parts.flatMap(([heading, text]) => (text === undefined ? [] : [`## ${heading}\n\n${text}`]))
  const links = sources.map((source) => `- <${source}>`).join('\n')
  const head = `# ${id}\n\n${title}. Profile \`${profile}\`, severity \`${severity}\`; \`info\` where nothing leads to it.`
  return `${[head, ...paragraphs, `## Sources\n\n${links}`, '[All rules](README.md)'].join('\n\n')}\n`
}
