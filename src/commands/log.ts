import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** Levels of Envoy's loggers. The one command that can change a proxy. */
export const log: Command = {
  name: 'log',
  aliases: ['o'],
  summary: 'Levels of the loggers; --level and --reset change them',
  description: `Shows the level of every logger of a proxy. With --level or --reset it changes them, and shows what changed: the only thing
this program ever writes. The change lasts until the proxy restarts.`,
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'Levels of every logger', command: 'kubectl proxy-config log productpage-v1-abc' },
    {
      title: 'Two loggers of every pod of a deployment',
      command: 'kubectl proxy-config log deploy/productpage-v1 --level http:debug,router:trace',
    },
    { title: 'Every logger', command: 'kubectl proxy-config log productpage-v1-abc --level debug' },
    {
      title: 'Back to the levels the proxies were started with',
      command: 'kubectl proxy-config log -l app=productpage --reset',
    },
  ],
  options: [
    ...fleetTargetOptions.filter(({ name }) => name !== 'file'),
    {
      name: 'level',
      type: 'string',
      value: 'LEVELS',
      holds: 'envoyLevels',
      repeatable: true,
      describe:
        'Set the level of all loggers (debug) or of some (http:debug,router:trace). Levels: trace, debug, info, warning, error, critical, off',
    },
    { name: 'reset', short: 'r', type: 'boolean', describe: 'Set the levels that the proxy was started with' },
    ...outputOptions,
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    return (await import('./log/show-loggers.ts')).showLoggers
  },
}
