import type { Rule } from '../../rule.ts'

/** A logger is still at debug or trace. */
export const envoyLogLevelLeft: Rule = {
  id: 'envoy-log-level-left',
  profile: 'live',
  severity: 'info',
  title: 'Loggers are still at debug or trace',
  detects: 'Levels `debug` and `trace` in `/logging`.',
  impact: 'Processor time and disk: Envoy writes many lines for each request, with headers and addresses.',
  exceptions: 'Somebody may be reading them right now.',
  fix: 'kubectl proxy-config log POD --reset',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/operations/admin#post--logging'],
  needs: ['loggers'],
  check: {
    *proxy({ loggers }) {
      const left = [...(loggers ?? [])].filter(([, level]) => level === 'debug' || level === 'trace')
      const [first] = left
      if (first === undefined) return
      const more = left.length === 1 ? '' : ` and ${left.length - 1} more`
      yield { message: `logger ${first[0]} is at ${first[1]}${more}`, cause: 'levels', at: { resource: 'logging' } }
    },
  },
}
