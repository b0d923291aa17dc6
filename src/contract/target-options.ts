import { requirePort } from '../envoy/require-port.ts'
import { UsageError } from '../errors.ts'
import type { Args, Option } from './command.ts'

/** Flags that say whose configuration is read. */
export const targetOptions: readonly Option[] = [
  {
    name: 'file',
    short: 'f',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: 'Read a saved dump instead of a live proxy; - is standard input. Never touches the cluster',
  },
  {
    name: 'url',
    type: 'string',
    value: 'URL',
    describe: 'Read the admin endpoint at http://HOST:PORT or unix:///PATH. Never touches the cluster',
  },
  {
    name: 'selector',
    short: 'l',
    type: 'string',
    value: 'LABELS',
    describe: 'Read every running pod that matches this label selector',
  },
  {
    name: 'proxy-admin-port',
    type: 'number',
    value: 'PORT',
    describe: "Port of the proxy's admin interface; read from the pod when not given",
  },
  {
    name: 'container',
    short: 'c',
    type: 'string',
    value: 'NAME',
    holds: 'container',
    describe: 'Container that runs the proxy, when it cannot be told from the pod',
  },
  {
    name: 'via',
    type: 'string',
    choices: ['auto', 'port-forward', 'exec'],
    default: 'auto',
    describe: 'How to reach the admin interface; auto uses exec where port-forward is forbidden',
  },
]

/** Whose configuration is read: exactly one of these. */
export type TargetChoice =
  | { readonly file: string }
  | { readonly url: string }
  | { readonly selector: string }
  | { readonly pod: string }

/** @throws UsageError unless exactly one target is named */
export function targetOf(args: Args, command: string): TargetChoice {
  const file = args.string('file')
  const url = args.string('url')
  const selector = args.string('selector')
  const [pod] = args.positionals
  const given: TargetChoice[] = [
    ...(file === undefined ? [] : [{ file }]),
    ...(url === undefined ? [] : [{ url }]),
    ...(selector === undefined ? [] : [{ selector }]),
    ...(pod === undefined ? [] : [{ pod }]),
  ]
  const [only, second] = given
  if (only === undefined) throw new UsageError(`${command} needs a POD, TYPE/NAME, --selector, --url or --file`)
  if (second !== undefined) throw new UsageError(`only one of POD, --selector, --url and --file can be given`)
  const port = args.number('proxy-admin-port')
  if (port !== undefined) requirePort(port)
  return only
}
