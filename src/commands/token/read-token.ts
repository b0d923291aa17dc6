import { AppError } from '../../errors.ts'
import { ownFile } from '../../fetch/own-file.ts'
import { unreadable } from '../../fetch/saved/file-content.ts'
import { readToken as parseToken } from '../../semantics/http-filters/credentials/jwt-token.ts'
import type { ValidToken } from '../../semantics/request.ts'

/** The claims of a token in a file, which counts as valid. Nothing of the token itself is kept. @throws AppError */
export function readToken(path: string): ValidToken {
  const text = textOf(path).trim()
  const read = parseToken(text.replace(/^Bearer\s+/i, ''))
  if ('problem' in read)
    throw new AppError(`the file "${path}" does not hold a JSON web token: ${read.problem}`, {
      hint: 'It has three parts with dots between them; --claim NAME=VALUE says single claims.',
    })
  return { claims: read.claims, complete: true }
}

function textOf(path: string): string {
  try {
    return ownFile(path).toString('utf8')
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadable(path, cause)
  }
}
