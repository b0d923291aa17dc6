/** Questions to captured dumps whose answers are golden files. */
export const tracedRequests: Readonly<Record<string, readonly [fixture: string, ...argv: string[]]>> = {
  'header-match': ['sidecar', 'http://reviews:9080/reviews/1', '-H', 'end-user=jason'],
  weighted: ['sidecar', 'http://reviews:9080/x', '--explain'],
  redirect: ['sidecar', 'http://reviews:9080/reviews'],
  'direct-response': ['sidecar', 'http://reviews:9080/health'],
  'unknown-host': ['sidecar', 'http://nowhere.example.com/'],
  tcp: ['sidecar', 'tcp://mongodb:27017'],
  tls: ['sidecar', 'https://api.example.com/'],
  inbound: ['sidecar', 'http://productpage:9080/productpage', '--inbound', '--mtls'],
  warming: ['warming', 'https://shop-cert.example.com:8443/'],
  rejected: ['rejected', 'http://shop.example.com:9001/'],
  certificate: ['certificates', 'https://expired.example.com:8443/'],
  'sni-not-matched': ['gateway', 'https://shop.example.net:8443/'],
  'no-listener': ['gateway', 'http://shop.example.com:8444/'],
  gateway: ['gateway', 'https://shop.example.com/', '--explain'],
}
