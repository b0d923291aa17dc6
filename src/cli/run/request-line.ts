import type { FinishedRequest } from '../../fetch/progress.ts'

/** A request as kubectl logs it with `-v 6`, behind klog's level, date and time (UTC). */
export function requestLine({ method, url, status, milliseconds }: FinishedRequest, now: Date): string {
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T([\d:.]+)Z$/.exec(now.toISOString()) ?? []
  return `I${month}${day} ${time}] ${method} ${url} ${status} in ${milliseconds} milliseconds`
}
