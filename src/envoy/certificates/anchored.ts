import { type Anchor, type Presented, pathUp } from './certificate-chain.ts'

/** Whether a certificate leads up to one of the anchors, dates left aside. */
export function isAnchored(presented: Presented, anchors: readonly Anchor[]): boolean {
  const { trustDomain: own } = presented.leaf
  const fitting = anchors.filter(({ trustDomain }) => trustDomain === undefined || trustDomain === own)
  return pathUp(presented, fitting).anchor !== undefined
}
