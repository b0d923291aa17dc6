import { objectOf, stringOf } from '../envoy/json.ts'

interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/**
 * Reads an admin path; an Envoy that answers 400 to a mask is asked for everything instead. It does that while parts of
 * the dump do not exist yet (`routes` while PRE_INITIALIZING), and when it is too old for the mask.
 * @param read sends one request
 * @param note gets one line that says so, with the state Envoy is in, when it is not LIVE
 */
export async function readMasked<T extends Answer>(
  path: string,
  read: (path: string) => Promise<T>,
  note: (line: string) => void,
): Promise<T> {
  const answer = await read(path)
  const query = new URLSearchParams(path.split('?')[1] ?? '')
  if (answer.status !== 400 || !path.startsWith('config_dump?') || !query.has('mask')) return answer
  const whole = await read(query.has('include_eds') ? 'config_dump?include_eds' : 'config_dump')
  if (whole.status !== 200) return answer
  const state = serverState(await read('server_info'))
  // A running Envoy refuses the mask of a section that it leaves out because it is empty: nothing is missing then.
  if (state !== 'LIVE') {
    note(
      `Envoy is ${state ?? 'in an unknown state'}: it rejected the masked dump, so the full dump was read; resources that it has not received yet are missing`,
    )
  }
  return whole
}

/** `LIVE`, `DRAINING`, `PRE_INITIALIZING` or `INITIALIZING`. https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/server_info.proto */
function serverState({ status, body }: Answer): string | undefined {
  if (status !== 200) return undefined
  try {
    return stringOf(objectOf(JSON.parse(Buffer.from(body).toString('utf8'))).state)
  } catch {
    return undefined
  }
}
