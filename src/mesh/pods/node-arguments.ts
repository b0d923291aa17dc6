import { adminPort } from './admin-port.ts'
import type { Container, Pod } from './pod.ts'

/**
 * The node that a proxy's command line names (`--service-node`, `--service-cluster`), which the bootstrap in its dump then lacks. What the
 * kubelet puts in for `$(NAME)` is known of variables with a value, and of the pod's own name.
 */
export function nodeOfArguments(pod: Pod): { readonly id?: string; readonly cluster?: string } {
  const { container } = adminPort(pod)
  if (container === undefined) return {}
  const cluster = expanded(valueOfFlag('--service-cluster', container), container)
  const id = expanded(valueOfFlag('--service-node', container), container) ?? pod.name
  return cluster === undefined ? {} : { id, cluster }
}

/** `--flag value` or `--flag=value`; undefined where it is not given. */
function valueOfFlag(flag: string, { args }: Container): string | undefined {
  const place = args.indexOf(flag)
  const joined = args.find((word) => word.startsWith(`${flag}=`))
  return place < 0 ? joined?.slice(flag.length + 1) : args[place + 1]
}

/** Undefined where a variable has no value in the pod's specification. */
function expanded(text: string | undefined, { env }: Container): string | undefined {
  const names = [...(text ?? '').matchAll(/\$\(([\w.-]+)\)/g)].flatMap(([, name]) => name ?? [])
  if (text === undefined || names.some((name) => !Object.hasOwn(env, name))) return undefined
  return text.replace(/\$\(([\w.-]+)\)/g, (_, name: string) => env[name] ?? '')
}
