import type { Args } from '../../contract/command.ts'

/** The same flags with other positional arguments. */
export function withPositionals(args: Args, positionals: readonly string[]): Args {
  return { ...forwarded(args), positionals }
}

/** A copy to change one answer of. */
export function forwarded(args: Args): Args {
  return {
    positionals: args.positionals,
    string: (name) => args.string(name),
    strings: (name) => args.strings(name),
    number: (name) => args.number(name),
    boolean: (name) => args.boolean(name),
  }
}
