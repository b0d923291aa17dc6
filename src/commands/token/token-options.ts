import type { Args, Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import type { ValidToken } from '../../semantics/request.ts'

/** Flags that say what token the client sends. */
export const tokenOptions: readonly Option[] = [
  {
    name: 'claim',
    type: 'string',
    repeatable: true,
    value: 'NAME=VALUE',
    describe:
      'The client sends a valid token with this claim, such as iss=https://id.example.com or groups=ops; repeat the flag for several',
  },
  {
    name: 'token-file',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: 'The client sends the token in this file; it counts as valid, whatever its signature and its dates are',
  },
]

/** The token that the flags describe; undefined where they say nothing. @throws AppError when it cannot be read */
export async function tokenOf(args: Args): Promise<ValidToken | undefined> {
  const claims = args.strings('claim')
  const file = args.string('token-file')
  if (file === undefined && claims.length === 0) return undefined
  if (file === undefined) {
    const { claimsFrom } = await import('../../analyses/trace/request/claims.ts')
    return { claims: claimsFrom(claims), complete: false }
  }
  if (claims.length > 0) throw new UsageError('--claim and --token-file both say what the token is: one is enough')
  const { readToken } = await import('./read-token.ts')
  return readToken(file)
}
