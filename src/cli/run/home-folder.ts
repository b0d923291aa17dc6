import { homedir } from 'node:os'

/**
 * The user's folder: HOME, else what the system knows of the user. A container may run as a user that it does not know; its home is `/`.
 * @param ofUser asks the system; throws where it knows nothing
 */
export function homeFolder(env: Readonly<Record<string, string | undefined>>, ofUser = homedir): string {
  if (env.HOME !== undefined) return env.HOME
  try {
    return ofUser()
  } catch {
    return '/'
  }
}
