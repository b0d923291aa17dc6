import type { CaptureFailure } from '../../fetch/capture/format/manifest.ts'

/**
 * Whether what could not be read is a list of objects that the user may not list. Commands look things up in these lists and do without
 * those that are not there, live as well: no failure of the capture, while a proxy or a control plane that may not be read is one.
 */
export function isForbiddenList({ path, reason }: CaptureFailure): boolean {
  return reason === 'forbidden' && /^apis?\//.test(path)
}
