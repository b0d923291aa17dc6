import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../json.ts'
import { hostPort } from './ip.ts'

/** An `envoy.config.core.v3.Address`, whichever of its forms it has. */
export interface Address {
  readonly kind: 'socket' | 'pipe' | 'internal' | 'none'
  /** IP address, path, or internal listener name. */
  readonly host: string
  /** 0 where there is none. */
  readonly port: number
  readonly protocol: string
  /** Which of several endpoints behind one internal listener. */
  readonly endpointId: string
}

export function addressOf(value: Json | undefined): Address {
  const address = objectOf(value)
  const { socket_address, pipe, envoy_internal_address } = address
  if (isObject(socket_address)) {
    return {
      kind: 'socket',
      host: stringOf(socket_address.address) ?? '',
      port: numberOf(socket_address.port_value) ?? 0,
      protocol: stringOf(socket_address.protocol) ?? 'TCP',
      endpointId: '',
    }
  }
  if (isObject(pipe)) return { ...noAddress, kind: 'pipe', host: stringOf(pipe.path) ?? '' }
  if (isObject(envoy_internal_address)) {
    return {
      ...noAddress,
      kind: 'internal',
      host: stringOf(envoy_internal_address.server_listener_name) ?? '',
      endpointId: stringOf(envoy_internal_address.endpoint_id) ?? '',
    }
  }
  return noAddress
}

const noAddress: Address = { kind: 'none', host: '', port: 0, protocol: '', endpointId: '' }

/** An address and the `additional_addresses` beside it, of a listener or an endpoint. */
export function addressesOf(holder: JsonObject): readonly Address[] {
  return [
    addressOf(holder.address),
    ...objectsOf(holder.additional_addresses).map((additional) => addressOf(additional.address)),
  ]
}

/** `10.0.0.1:80`, `[::1]:80`, `unix:///path`, `envoy://listener/id`; the port is left out where it is 0. */
export function addressText(address: Address): string {
  if (address.kind === 'socket') return address.port === 0 ? address.host : hostPort(address.host, address.port)
  if (address.kind === 'pipe') return `unix://${address.host}`
  if (address.kind === 'internal') return `envoy://${address.host}/${address.endpointId}`
  return 'unknown'
}
