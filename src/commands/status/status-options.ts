import { proxyTypes, statusWords } from '../../analyses/status/status-words.ts'
import type { Option } from '../../contract/command.ts'
import { istioNamespaceOption } from '../../contract/istio-namespace.ts'
import { fleetTargetOptions, targetOptions } from '../../contract/selection.ts'

/** Flags of `status` beside the output flags. */
export const statusOptions: readonly Option[] = [
  ...targetOptions,
  ...fleetTargetOptions.filter(({ name }) => name === 'contexts'),
  { name: 'all-namespaces', short: 'A', type: 'boolean', describe: 'Show proxies of all namespaces, as without -n' },
  {
    name: 'type',
    type: 'string',
    value: 'TYPES',
    describe: `Show only these proxies (${proxyTypes.join(', ')}) or these xDS types (cds, lds, eds, rds, ecds, sds, …), with commas between; with POD, compare only these xDS types`,
  },
  {
    name: 'status',
    type: 'string',
    value: 'STATUSES',
    list: statusWords,
    describe: `Show only proxies in one of these, with commas between: ${statusWords.join(', ')}`,
  },
  {
    name: 'exit-code',
    type: 'boolean',
    describe:
      'Exit with 1 when a listed proxy is not in sync, no proxy was found, a control plane replica did not answer, or the diff is not empty',
  },
  {
    name: 'control-plane-file',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    repeatable: true,
    describe:
      "Read the control plane's side from a file: istiod's /debug/syncz, or with POD, --file or --url its /debug/config_dump",
  },
  istioNamespaceOption,
  { name: 'revision', short: 'r', type: 'string', describe: 'Ask only the control plane of this revision' },
  {
    name: 'xds-label',
    type: 'string',
    value: 'LABELS',
    describe: "Label selector of the control plane's pods (default app in (istiod,pilot))",
  },
  {
    name: 'xds-address',
    type: 'string',
    value: 'HOST:PORT',
    describe: 'Ask the control plane at this address over xDS, instead of pods of the cluster',
  },
  { name: 'xds-port', type: 'number', value: 'PORT', describe: "Ask the control plane's pods over xDS at this port" },
  { name: 'plaintext', type: 'boolean', describe: 'Use xDS without TLS, and send no token' },
  { name: 'insecure', type: 'boolean', describe: "Use xDS without checking the server's certificate" },
  { name: 'authority', type: 'string', value: 'NAME', describe: 'Use xDS and expect this name in the certificate' },
  {
    name: 'cert-dir',
    type: 'string',
    value: 'FOLDER',
    holds: 'file',
    describe:
      'Use xDS with root-cert.pem, cert-chain.pem and key.pem of this folder, instead of a token of the Kubernetes API',
  },
  {
    name: 'xds-ca',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: "Trust this certificate authority for a control plane that is not Istio's, instead of its Secret's",
  },
  {
    name: 'xds-cert',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: 'Show it this client certificate, with --xds-key',
  },
  { name: 'xds-key', type: 'string', value: 'FILE', holds: 'file', describe: 'The private key of --xds-cert' },
  { name: 'xds-token-file', type: 'string', value: 'FILE', holds: 'file', describe: 'Send it the token in this file' },
  {
    name: 'xds-second-stream',
    type: 'boolean',
    describe: 'Ask also a control plane that is not known to bear a second stream in the name of a connected proxy',
  },
]
