import { AppError } from '../../errors.ts'
import { readPath } from '../../fetch/saved/file-content.ts'
import { readToken as parseToken } from '../../semantics/http-filters/credentials/jwt-token.ts'
import type { ValidToken } from '../../semantics/request.ts'

/** The claims of a token in a file, which counts as valid. Nothing of the token itself is kept. @throws AppError */
export async function readToken(path: string): Promise<ValidToken> {
  const text = new TextDecoder().decode(await readPath(path)).trim()
  const read = parseToken(text.replace(/^Bearer\s+/i, ''))
  if ('problem' in read)
    throw new AppError(`the file "${path}" does not hold a JSON web token: ${read.problem}`, {
      hint: 'It has three parts with dots between them; --claim NAME=VALUE says single claims.',
    })
  return { claims: read.claims, complete: true }
}
