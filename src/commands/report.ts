import type { Command } from '../contract/command.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** One page to look at a mesh. */
export const report: Command = {
  name: 'report',
  aliases: [],
  summary: 'Write a mesh as one HTML page: tables, findings, differences and traces, without a server',
  description: `Writes one HTML file that holds the proxies that are named, up to 1,000, and shows them in a browser: an overview, the tables of every kind with
the resources behind them, findings of lint, certificates, the difference of any two proxies, and the way of a request through the
graph of each. The page loads nothing: it opens from disk, from a ticket, without a network. Without a POD: the proxies of the
namespace, or of all with -A.

Passwords, tokens, keys and whatever else is hidden in output are not in the page: a token stands for each, as in a capture. What could
not be read is named in it.`,
  synopsis: '[POD | TYPE/NAME]... -o FILE',
  examples: [
    { title: 'The whole mesh', command: 'kubectl proxy-config report -A -o mesh.html' },
    { title: 'One deployment, opened in the browser', command: 'kubectl proxy-config report deploy/shop --open' },
    { title: 'What a capture holds', command: 'kubectl proxy-config report --capture mesh.zip -A -o mesh.html' },
  ],
  options: [
    ...fleetTargetOptions,
    {
      name: 'output',
      short: 'o',
      type: 'string',
      once: true,
      value: 'FILE',
      holds: 'file',
      describe: 'The HTML file to write; - or none is standard output. Only a page of report is overwritten',
    },
    {
      name: 'open',
      type: 'boolean',
      describe: 'Open the page in the browser; without -o it is proxy-report-TIME.html in the working folder',
    },
    {
      name: 'redact',
      type: 'string',
      value: 'PATTERN',
      repeatable: true,
      describe: 'Take out what matches this regular expression as well',
    },
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    return (await import('./report/run-report.ts')).runReport
  },
}
