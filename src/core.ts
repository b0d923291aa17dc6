/**
 * What works without a machine around it: reading a dump, the tables of the resource kinds, the analyses, the formats. It is what a
 * page in a browser has; scripts/bundle/browser-core.ts puts platform/browser.ts in the place of platform/node.ts.
 */
export { describePod } from './analyses/describe/describe-pod.ts'
export { diffDumps } from './analyses/diff/diff-dumps.ts'
export { askTrace } from './analyses/trace/question/ask-trace.ts'
export { questionIn } from './analyses/trace/question/question.ts'
export { readDump } from './envoy/input/read-dump.ts'
export { formats } from './output/index.ts'
export { redactedView } from './output/redacted-view.ts'
export { knowCertificates } from './platform/stored-x509.ts'
export { resourceKinds } from './resources/index.ts'
export { resourceView } from './resources/resource-view.ts'
export { trace } from './walk/trace.ts'
