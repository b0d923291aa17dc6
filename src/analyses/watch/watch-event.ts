/** One thing that happened to a proxy while it was watched. */
export interface WatchEvent {
  /** When it was seen, which is at most one interval after it happened. */
  readonly time: Date
  /** `web-7f.shop` */
  readonly proxy: string
  readonly code: WatchCode
  /** A kind of resource, or `proxy` or `connection`. */
  readonly about: string
  /** The resource; undefined for what concerns the whole proxy. */
  readonly name?: string
  readonly text: string
  /** The objects of a control plane's API behind it: `virtualservice/reviews.shop`. */
  readonly objects?: readonly string[]
}

/** What kind of thing happened; stable, for programs. */
export type WatchCode =
  | 'added'
  | 'removed'
  | 'changed'
  | 'rejected'
  | 'warming'
  | 'certificate-rotated'
  | 'connection-lost'
  | 'connected'
  | 'not-answering'
  | 'answers-again'
  | 'proxy-started'
  | 'proxy-gone'
  | 'restarted'
