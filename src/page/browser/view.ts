import type { Place } from '../read/place.ts'
import type { PageData } from './proxies.ts'

/** Shows a place of the page: fills the host, which is empty. What it throws is shown as an error. */
export type ShowPlace = (host: HTMLElement, place: Place, page: PageData) => void | Promise<void>

/** A view and the places that it shows. */
export interface PageView {
  /** Whether it shows this place; the first view that does is taken. */
  shows(place: Place): boolean
  /** The title of the place, for the window and the heading. */
  title(place: Place): string
  readonly show: ShowPlace
}
