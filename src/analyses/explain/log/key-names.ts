import { isObject, type JsonObject, scalarText } from '../../../envoy/json.ts'
import { parsedObject } from './json-format.ts'
import type { LineFormat } from './line-format.ts'
import { type FieldName, fieldNames, ReadLine } from './logged-request.ts'

/**
 * Lines of JSON whose format is not known: the usual names of keys, whatever their case and punctuation. Istio, Envoy Gateway, Contour,
 * Consul and the examples of Gloo's documentation take these.
 */
export const anyJson: LineFormat = {
  name: 'JSON with the usual keys',
  fields: [...fieldNames],
  read(line) {
    const object = parsedObject(line)
    if (object === undefined) return undefined
    const values: (string | undefined)[] = []
    collect(object, values, 0)
    const places = found(values)
    const isRequest = places.size >= fewestKeys && (places.has('code') || places.has('flags'))
    return isRequest ? new ReadLine(places, values) : undefined
  },
}

/** A log of an application has a status and a time as well, but seldom more of these. */
const fewestKeys = 4

/** Objects inside the line, as Elastic's schema and Kubernetes loggers have them. */
function collect(object: JsonObject, values: (string | undefined)[], depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    if (isObject(value)) {
      if (depth < 4) collect(value, values, depth + 1)
      continue
    }
    const field = fieldByKey.get(key.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    if (field !== undefined) values[placeOf(field)] ??= value === null ? '-' : scalarText(value)
  }
}

/** Only what the line had. */
function found(values: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  return new Map(fieldNames.flatMap((name, at) => (values[at] === undefined ? [] : [[name, at] as const])))
}

function placeOf(field: FieldName): number {
  return fieldNames.indexOf(field)
}

const keysOf: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
  time: ['starttime', 'timestamp', 'time', 'requesttime', 'ts', 'date'],
  method: ['method', 'requestmethod', 'httpmethod', 'verb'],
  path: ['path', 'xenvoyoriginpath', 'xenvoyoriginalpath', 'requestpath', 'uri', 'originalpath', 'urlpath'],
  protocol: ['protocol', 'httpversion', 'requestprotocol'],
  code: ['responsecode', 'status', 'statuscode', 'httpstatus', 'code', 'responsestatus', 'httpstatuscode'],
  flags: ['responseflags', 'flags', 'envoyresponseflags', 'responseflagslong'],
  details: ['responsecodedetails', 'codedetails', 'responsedetails'],
  termination: ['connectionterminationdetails', 'terminationdetails'],
  transportFailure: ['upstreamtransportfailurereason', 'transportfailurereason'],
  downstreamFailure: ['downstreamtransportfailurereason'],
  localClose: ['downstreamlocalclosereason'],
  bytesReceived: ['bytesreceived', 'requestbytes', 'bytesin'],
  bytesSent: ['bytessent', 'responsebytes', 'bytesout'],
  duration: ['duration', 'durationms', 'responseduration', 'latency', 'totalduration'],
  upstreamTime: ['upstreamservicetime', 'xenvoyupstreamservicetime'],
  forwardedFor: ['xforwardedfor', 'forwardedfor'],
  userAgent: ['useragent'],
  requestId: ['requestid', 'xrequestid'],
  authority: ['authority', 'host', 'requestauthority', 'requesthost', 'domain'],
  upstreamHost: ['upstreamhost', 'upstreamremoteaddress', 'upstreamaddress'],
  cluster: ['upstreamcluster', 'cluster', 'upstreamclusterraw', 'clustername'],
  upstreamLocal: ['upstreamlocaladdress'],
  downstreamLocal: ['downstreamlocaladdress', 'localaddress'],
  downstreamRemote: ['downstreamremoteaddress', 'remoteaddress', 'clientaddress', 'downstreamdirectremoteaddress'],
  sni: ['requestedservername', 'sni', 'servername'],
  route: ['routename', 'route'],
  virtualCluster: ['virtualclustername', 'virtualcluster'],
  filterChain: ['filterchainname', 'filterchain'],
  grpcStatus: ['grpcstatus', 'grpcstatusnumber', 'grpccode'],
  attempts: ['upstreamrequestattemptcount', 'attemptcount', 'attempts'],
  scheme: ['scheme'],
}

const fieldByKey: ReadonlyMap<string, FieldName> = new Map(
  fieldNames.flatMap((field) => (keysOf[field] ?? []).map((key) => [key, field] as const)),
)
