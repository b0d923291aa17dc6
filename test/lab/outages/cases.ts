/** An outage that Kubernetes objects bring about. Words in capitals stand for pods: see `misconfigured.lab.ts`. */
export interface Outage {
  readonly name: string
  /** YAML. Each outage has hosts of its own, so that all can be there at once. */
  readonly objects: string
  readonly request: {
    /** `productpage`, through its sidecar; `legacy` has none. */
    readonly from: 'productpage' | 'legacy'
    readonly url: string
    readonly curl?: readonly string[]
    /** Status of the answer; 000 without one. */
    readonly status: string
  }
  /** One or two commands, and what they say. */
  readonly commands: readonly { readonly argv: readonly string[]; readonly says: readonly RegExp[] }[]
}

/** A Service in front of pods that are there already. */
function service(name: string, selector: string, port: string, namespace = 'default'): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: ${selector}, ports: [${port}]}
---`
}

const http = '{port: 9080, name: http, targetPort: 9080}'

/** Names of Services are not resolved in the lab: the address is any that iptables redirects, the Host header decides. */
function toService(name: string, status: string, path = '/'): Outage['request'] {
  return { from: 'productpage', url: `http://reviews:9080${path}`, curl: ['-H', `Host: ${name}:9080`], status }
}

const follow = (url: string): readonly string[] => ['trace', 'PRODUCTPAGE', url, '--follow']

const ofEndpoints: readonly Outage[] = [
  {
    name: 'a WorkloadEntry for a server that is gone has the labels of a Service',
    objects: `${service('vm', '{app: productpage}', http, 'staging')}
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: old-vm, namespace: staging}
spec: {address: 10.77.0.1, labels: {app: productpage}}
`,
    // Half of the requests are retried: nobody notices but by their latency.
    request: toService('vm.staging', '200'),
    commands: [
      {
        argv: ['trace', 'PRODUCTPAGE', 'http://vm.staging:9080/'],
        says: [
          /every connection to 10\.77\.0\.1:9080 \(\d+\) of \S+, 1 of the 2 endpoints, has failed so far/,
          /Next: Does a pod have that address.*WorkloadEntry/,
        ],
      },
    ],
  },
  {
    name: 'targetPort is a port that the server does not listen on',
    objects: service('wrong-port', '{app: details}', '{port: 9080, name: http, targetPort: 9999}'),
    request: toService('wrong-port', '503'),
    commands: [
      {
        argv: follow('http://wrong-port:9080/'),
        says: [
          /every connection to \S+:9999 \(\d+\) of inbound\|9999\|\| has failed so far/,
          /targetPort of the Service/,
        ],
      },
    ],
  },
  {
    name: 'ingress of a Sidecar leads to a port that the server does not listen on',
    objects: `${service('narrow', '{app: reviews, version: v2}', http)}
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: narrow, namespace: default}
spec:
  workloadSelector: {labels: {app: reviews, version: v2}}
  ingress: [{port: {number: 9080, name: http, protocol: HTTP}, defaultEndpoint: 127.0.0.1:8080}]
  egress: [{hosts: ["*/*"]}]
`,
    request: toService('narrow', '503'),
    commands: [
      {
        argv: follow('http://narrow:9080/'),
        says: [
          /Sidecar\/narrow\.default/,
          /every connection to 127\.0\.0\.1:8080 \(\d+\)/,
          /defaultEndpoint of the ingress of a Sidecar/,
        ],
      },
    ],
  },
]

const ofPolicies: readonly Outage[] = [
  {
    name: 'principals of an AuthorizationPolicy are written with spiffe://',
    objects: `${service('readers', '{app: reviews, version: v1}', http)}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: readers, namespace: default}
spec:
  selector: {matchLabels: {app: reviews, version: v1}}
  action: ALLOW
  rules: [{from: [{source: {principals: ["spiffe://cluster.local/ns/default/sa/productpage"]}}]}]
`,
    request: toService('readers', '403'),
    commands: [
      {
        argv: follow('http://readers:9080/'),
        says: [/=> denied 403 .*no ALLOW policy matches/, /Next: .*authz lists.*its principals have no spiffe:\/\//],
      },
      { argv: ['authz', 'REVIEWS'], says: [/readers\.default .*spiffe:\/\/spiffe:\/\//] },
    ],
  },
  {
    name: 'ports of an AuthorizationPolicy are those of the Service, not of the pod',
    objects: `${service('by-port', '{app: carts}', '{port: 80, name: http, targetPort: 9080}')}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: by-port, namespace: default}
spec:
  selector: {matchLabels: {app: carts}}
  action: ALLOW
  rules: [{to: [{operation: {ports: ["80"]}}]}]
`,
    request: { from: 'productpage', url: 'http://CARTS_IP:9080/', status: '403' },
    commands: [
      {
        argv: follow('http://by-port/'),
        says: [/=> denied 403 .*no ALLOW policy matches/, /its ports are those of the pod \(targetPort\)/],
      },
      { argv: ['authz', 'CARTS'], says: [/by-port\.default .*port 80/] },
    ],
  },
  {
    name: 'the client sends plaintext where PeerAuthentication is STRICT',
    objects: `${service('strict', '{app: agent}', http)}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: strict, namespace: default}
spec: {host: strict, trafficPolicy: {tls: {mode: DISABLE}}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict, namespace: default}
spec: {selector: {matchLabels: {app: agent}}, mtls: {mode: STRICT}}
`,
    request: toService('strict', '503'),
    commands: [
      {
        argv: follow('http://strict:9080/'),
        says: [
          /DestinationRule\/strict\.default/,
          /none matches transport protocol raw_buffer/,
          /no DestinationRule disable its TLS/,
        ],
      },
    ],
  },
  {
    name: 'the client sends mutual TLS where PeerAuthentication is DISABLE',
    objects: `${service('plain', '{app: import}', http)}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: plain, namespace: default}
spec: {host: plain, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: plain, namespace: default}
spec: {selector: {matchLabels: {app: import}}, mtls: {mode: DISABLE}}
`,
    request: toService('plain', '503'),
    commands: [
      {
        argv: follow('http://plain:9080/'),
        says: [
          /TLS arrives at an HTTP connection manager without TLS/,
          /DestinationRule, tls mode DISABLE; .*PeerAuthentication DISABLE/,
        ],
      },
    ],
  },
]

const ofRoutes: readonly Outage[] = [
  {
    name: 'a VirtualService delegates to one that does not exist',
    objects: `${service('delegating', '{app: details}', http)}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: delegating, namespace: default}
spec:
  hosts: [delegating]
  http:
  - {match: [{uri: {prefix: /admin}}], delegate: {name: admin, namespace: staging}}
  - {match: [{uri: {prefix: /details}}], route: [{destination: {host: delegating}}]}
`,
    request: toService('delegating', '404', '/admin'),
    commands: [
      {
        argv: ['trace', 'PRODUCTPAGE', 'http://delegating:9080/admin'],
        says: [/=> no route 404 NR/, /Next: .*a match whose delegate does not exist is left out/],
      },
    ],
  },
  {
    name: 'a match names the method in lower case',
    objects: `${service('lower-case', '{app: details}', http)}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: lower-case, namespace: default}
spec:
  hosts: [lower-case]
  http: [{match: [{method: {exact: get}}], route: [{destination: {host: lower-case}}]}]
`,
    request: toService('lower-case', '404'),
    commands: [
      {
        argv: ['trace', 'PRODUCTPAGE', 'http://lower-case:9080/'],
        says: [/=> no route 404 NR/, /--explain shows the near misses/],
      },
      { argv: ['trace', 'PRODUCTPAGE', 'http://lower-case:9080/', '--explain'], says: [/needs :method is "get"/] },
    ],
  },
  {
    name: 'the port of a Service is TCP by its name, and the VirtualService has HTTP routes',
    objects: `${service('by-name', '{app: details}', '{port: 9090, name: tcp-web, targetPort: 9080}')}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: by-name, namespace: default}
spec:
  hosts: [by-name]
  http: [{redirect: {uri: /new}}]
`,
    request: { from: 'productpage', url: 'http://DETAILS_IP:9080/', status: '200' },
    commands: [
      {
        argv: ['trace', 'PRODUCTPAGE', 'http://by-name:9090/'],
        says: [/passes the bytes on to \S+ as TCP: no route, retry or timeout for HTTP/, /port name or appProtocol/],
      },
    ],
  },
]

const gateway = (name: string): readonly string[] => ['-H', `Host: ${name}`]

const ofGateways: readonly Outage[] = [
  {
    name: 'the selector of a Gateway has no pod',
    objects: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: nowhere, namespace: default}
spec:
  selector: {istio: ingress-gateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [nowhere.example.org]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: nowhere, namespace: default}
spec:
  hosts: [nowhere.example.org]
  gateways: [nowhere]
  http: [{route: [{destination: {host: productpage, port: {number: 9080}}}]}]
`,
    request: { from: 'legacy', url: 'http://INGRESS_IP:8080/', curl: gateway('nowhere.example.org'), status: '404' },
    commands: [
      {
        argv: ['trace', 'INGRESS', 'http://nowhere.example.org/'],
        says: [/no virtual host of http\.8080/, /whose selector has labels of this pod/],
      },
    ],
  },
  {
    name: 'a backendRef into another namespace has no ReferenceGrant',
    objects: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ungranted, namespace: default}
spec:
  parentRefs: [{name: bookinfo-gateway}]
  hostnames: [ungranted.gateway.test]
  rules: [{backendRefs: [{name: productpage, namespace: staging, port: 9080}]}]
`,
    request: { from: 'legacy', url: 'http://GATEWAY_IP:80/', curl: gateway('ungranted.gateway.test'), status: '500' },
    commands: [
      {
        argv: ['trace', 'GATEWAY', 'http://ungranted.gateway.test/'],
        says: [/HTTPRoute\/ungranted\.default/, /RefNotPermitted: .*ReferenceGrant/],
      },
    ],
  },
  {
    name: 'a Gateway asks for client certificates, and its Secret has no CA',
    objects: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: partners, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 443, name: https-partners, protocol: HTTPS}, hosts: [partners.example.org], tls: {mode: MUTUAL, credentialName: bookinfo-cert}}
`,
    request: {
      from: 'legacy',
      url: 'https://partners.example.org:8443/',
      curl: ['-k', '--resolve', 'partners.example.org:8443:INGRESS_IP'],
      status: '000',
    },
    commands: [
      {
        argv: ['trace', 'INGRESS', 'https://partners.example.org/'],
        says: [/secret kubernetes:\/\/bookinfo-cert-cacert/, /Next: .*put ca\.crt into Secret bookinfo-cert/],
      },
    ],
  },
]

/** None of them can be seen in the state of a proxy: all of it was delivered and accepted. */
export const outages: readonly Outage[] = [...ofEndpoints, ...ofPolicies, ...ofRoutes, ...ofGateways]
