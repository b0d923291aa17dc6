/** A small ztunnel dump in the form of current versions: lists. */
export const smallDump = {
  workloads: [
    {
      uid: 'c//Pod/shop/web-1',
      name: 'web-1',
      namespace: 'shop',
      workloadIps: ['10.1.0.5', 'fd00::5'],
      node: 'node-1',
      protocol: 'HBONE',
      status: 'Healthy',
      serviceAccount: 'web',
      trustDomain: 'cluster.local',
      workloadType: 'deployment',
      workloadName: 'web',
      clusterId: 'c',
      waypoint: { destination: 'shop/waypoint.shop.svc.cluster.local', hboneMtlsPort: 15008 },
      authorizationPolicies: ['shop/readers'],
    },
    {
      uid: 'c//Pod/shop/web-2',
      name: 'web-2',
      namespace: 'shop',
      workloadIps: ['10.1.0.6'],
      node: 'node-2',
      protocol: 'HBONE',
      status: 'Unhealthy',
      waypoint: { destination: '/10.9.9.9' },
    },
    { uid: 'c//se/a/db', name: 'db', namespace: 'a', workloadIps: [], hostname: 'db.example.com', protocol: 'TCP' },
  ],
  services: [
    {
      name: 'web',
      namespace: 'shop',
      hostname: 'web.shop.svc.cluster.local',
      vips: ['/10.96.0.5', 'net1/fd00::96'],
      ports: { 80: 8080 },
      endpoints: { a: { workloadUid: 'c//Pod/shop/web-1' }, b: { workloadUid: 'c//Pod/shop/web-2' } },
    },
    {
      name: 'waypoint',
      namespace: 'shop',
      hostname: 'waypoint.shop.svc.cluster.local',
      vips: ['/10.96.0.9'],
      endpoints: {},
    },
  ],
  policies: [
    {
      name: 'readers',
      namespace: 'shop',
      action: 'Allow',
      scope: 'WorkloadSelector',
      rules: [
        [
          [{ principals: [{ Exact: 'cluster.local/ns/shop/sa/web' }] }, { namespaces: [{ Prefix: 'team-' }] }],
          [{ destinationPorts: [80, 8080], notSourceIps: ['10.2.0.0/16'] }],
        ],
        [[{ serviceAccounts: [{ namespace: 'shop', serviceAccount: 'admin' }] }]],
      ],
    },
  ],
  certificates: [
    {
      identity: 'spiffe://cluster.local/ns/shop/sa/web',
      state: 'Available',
      certChain: [
        { serialNumber: '255', validFrom: '2025-12-31T00:00:00Z', expirationTime: '2026-01-02T00:00:00Z' },
        { serialNumber: '16', validFrom: '2024-01-01T00:00:00Z', expirationTime: '2025-01-01T00:00:00Z' },
      ],
      rootCerts: [{ serialNumber: '1', validFrom: '2020-01-01T00:00:00Z', expirationTime: '2030-01-01T00:00:00Z' }],
    },
    { identity: 'spiffe://cluster.local/ns/shop/sa/db', state: 'Unavailable: signing failed', certChain: [] },
  ],
  workloadState: {
    one: {
      state: 'Up',
      info: { name: 'web-1', namespace: 'shop' },
      connections: {
        inbound: [{ src: '10.1.0.6:4000', originalDst: 'web', actualDst: '10.1.0.5:8080', protocol: 'HBONE' }],
        outbound: [
          { src: '10.1.0.5:5000', originalDst: '[fd00::96]:80', actualDst: '10.7.7.7:15008', protocol: 'HBONE' },
        ],
      },
    },
    two: { state: 'Up', info: { name: 'api-1', namespace: 'shop' }, connections: { inbound: [], outbound: [] } },
  },
}
