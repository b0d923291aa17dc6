/** Why a proxy of Istio does not have a Service that exists. */
export type HiddenBy =
  /** Its annotation `networking.istio.io/exportTo`. */
  | { readonly by: 'exportTo'; readonly exportTo: readonly string[] }
  /** `hosts`: what its egress lets the proxy have. */
  | { readonly by: 'Sidecar'; readonly name: string; readonly namespace: string; readonly hosts: readonly string[] }
  | { readonly by: 'unknown' }

export interface HiddenService {
  /** `reviews.shop` */
  readonly service: string
  /** The proxy's namespace. */
  readonly from: string
  readonly hidden: HiddenBy
}

/** Hosts that are listed before the rest is left out. */
const maxHosts = 4

export function hiddenText({ service, from, hidden }: HiddenService): string {
  return `Service ${service} exists, and this proxy does not have it: ${whyHidden(hidden, from)}`
}

function whyHidden(hidden: HiddenBy, from: string): string {
  switch (hidden.by) {
    case 'exportTo':
      return `its annotation networking.istio.io/exportTo is ${JSON.stringify(hidden.exportTo.join(','))}, which leaves namespace ${from} out`
    case 'Sidecar': {
      const { hosts, name, namespace } = hidden
      const listed = `${hosts.slice(0, maxHosts).join(', ')}${hosts.length > maxHosts ? ', …' : ''}`
      return `egress of Sidecar ${name}.${namespace} has only ${listed || 'no host'}`
    }
    case 'unknown':
      return 'neither its exportTo nor a Sidecar hides it'
  }
}
