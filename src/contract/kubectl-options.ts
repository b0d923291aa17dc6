import type { KubeFlags } from '../fetch/kube/access/flags.ts'
import type { Args, Option } from './command.ts'

/** The flags kubectl takes everywhere. `kubectl proxy-config options` lists them; they stay out of each command's help. */
export const kubectlOptions: readonly Option[] = [
  {
    name: 'kubeconfig',
    type: 'string',
    holds: 'file',
    describe: 'Path to the kubeconfig file to use for requests to the cluster',
  },
  { name: 'context', type: 'string', holds: 'context', describe: 'The name of the kubeconfig context to use' },
  {
    name: 'cluster',
    type: 'string',
    holds: 'kubeCluster',
    describe:
      'The name of the kubeconfig cluster to use; where a command has a --cluster of its own, use --kube-cluster',
  },
  { name: 'kube-cluster', type: 'string', holds: 'kubeCluster', describe: 'The same as --cluster, in every command' },
  { name: 'user', type: 'string', holds: 'user', describe: 'The name of the kubeconfig user to use' },
  { name: 'namespace', short: 'n', type: 'string', holds: 'namespace', describe: 'The namespace scope of the target' },
  { name: 'server', short: 's', type: 'string', describe: 'The address and port of the Kubernetes API server' },
  { name: 'token', type: 'string', describe: 'Bearer token for authentication to the API server' },
  { name: 'as', type: 'string', describe: 'Username to impersonate for the operation' },
  { name: 'as-uid', type: 'string', describe: 'UID to impersonate for the operation' },
  {
    name: 'as-group',
    type: 'string',
    repeatable: true,
    describe: 'Group to impersonate; repeat the flag for several groups',
  },
  {
    name: 'as-user-extra',
    type: 'string',
    repeatable: true,
    describe: 'User extra to impersonate, KEY=VALUE; repeat the flag for several',
  },
  {
    name: 'certificate-authority',
    type: 'string',
    holds: 'file',
    describe: 'Path to a certificate file for the certificate authority',
  },
  {
    name: 'client-certificate',
    type: 'string',
    holds: 'file',
    describe: 'Path to a client certificate file for TLS',
  },
  { name: 'client-key', type: 'string', holds: 'file', describe: 'Path to a client key file for TLS' },
  { name: 'insecure-skip-tls-verify', type: 'boolean', describe: "Do not check the server's certificate for validity" },
  { name: 'tls-server-name', type: 'string', describe: 'Server name to use for server certificate validation' },
  {
    name: 'request-timeout',
    aliases: ['kubeclient-timeout', 'timeout'],
    type: 'string',
    default: '0',
    describe:
      'How long to wait for one server request, such as 1s, 2m, 3h; 0 means 15 seconds without progress, and at most 5 minutes',
  },
  {
    name: 'max-size',
    type: 'string',
    value: 'SIZE',
    describe:
      'Most bytes that one answer of a proxy or of the API server may have, such as 512M or 2G; 256M when not given',
  },
  {
    name: 'vklog',
    short: 'v',
    aliases: ['v', 'verbosity'],
    type: 'string',
    value: 'LEVEL',
    describe:
      'From 6 on, log each request on stderr: method, URL, status, duration, and no credentials. Of istioctl proxy-status, whether every type is shown, which it is',
  },
  {
    name: 'istioNamespace',
    short: 'i',
    aliases: ['istio-namespace'],
    type: 'string',
    holds: 'namespace',
    describe: 'Namespace of the control plane, for commands that ask it; istioctl has it on all',
    hidden: true,
  },
]

/** The same flags as the fetchers take them. `ownCluster`: the command's own `--cluster` means an Envoy cluster. */
export function kubeFlags(args: Args, ownCluster: boolean): KubeFlags {
  return {
    kubeconfig: args.string('kubeconfig'),
    context: args.string('context'),
    cluster: args.string('kube-cluster') ?? (ownCluster ? undefined : args.string('cluster')),
    user: args.string('user'),
    namespace: args.string('namespace'),
    server: args.string('server'),
    token: args.string('token'),
    as: args.string('as'),
    asUid: args.string('as-uid'),
    asGroup: args.strings('as-group'),
    asUserExtra: args.strings('as-user-extra'),
    certificateAuthority: args.string('certificate-authority'),
    clientCertificate: args.string('client-certificate'),
    clientKey: args.string('client-key'),
    insecureSkipTlsVerify: args.boolean('insecure-skip-tls-verify'),
    tlsServerName: args.string('tls-server-name'),
    requestTimeout: args.string('request-timeout'),
    maxSize: args.string('max-size'),
  }
}

/** A command's options with kubectl's behind them; the command's own meaning of a name wins. */
export function withKubectlOptions(options: readonly Option[]): Option[] {
  const own = new Set(options.flatMap(({ name, short }) => (short === undefined ? [name] : [name, short])))
  return [
    ...options,
    ...kubectlOptions.filter(({ name, short }) => !own.has(name) && !(short !== undefined && own.has(short))),
  ]
}
