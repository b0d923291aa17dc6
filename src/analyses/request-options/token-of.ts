import type { Args } from '../../contract/command.ts'
import { AppError, UsageError } from '../../errors.ts'
import { readToken } from '../../semantics/http-filters/credentials/jwt-token.ts'
import type { ValidToken } from '../../semantics/request.ts'
import { claimsFrom } from '../../walk/request/claims.ts'

/**
 * The token that the flags describe; undefined where they say nothing.
 * @param text the text of a file
 * @throws AppError when it cannot be read
 */
export function tokenOf(args: Args, text: (path: string) => string): ValidToken | undefined {
  const claims = args.strings('claim')
  const file = args.string('token-file')
  if (file === undefined) return claims.length === 0 ? undefined : { claims: claimsFrom(claims), complete: false }
  if (claims.length > 0) throw new UsageError('--claim and --token-file both say what the token is: one is enough')
  return tokenIn(text(file), file)
}

/** The claims of the token in a file, which counts as valid. Nothing of the token itself is kept. @throws AppError */
export function tokenIn(text: string, path: string): ValidToken {
  const read = readToken(text.trim().replace(/^Bearer\s+/i, ''))
  if ('problem' in read)
    throw new AppError(`the file "${path}" does not hold a JSON web token: ${read.problem}`, {
      hint: 'It has three parts with dots between them; --claim NAME=VALUE says single claims.',
    })
  return { claims: read.claims, complete: true }
}
