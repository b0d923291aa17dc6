/** Which proxies a command line names: read once from its words and flags, whatever the command. */
export type Selection =
  /** Saved: each file, or with `eachDump` each dump of a file that is an archive of several. */
  | { readonly from: 'files'; readonly files: readonly string[]; readonly eachDump?: boolean }
  | { readonly from: 'url'; readonly url: string }
  | PodSelection

/** Proxies of pods. */
export type PodSelection = (
  | /** `POD`, `POD.NAMESPACE`, `TYPE/NAME`: the one that `kubectl logs` would read, or with `every` all that run. */
  { readonly from: 'targets'; readonly targets: readonly string[]; readonly every: boolean }
  /** Every running pod of the namespace that has these labels. */
  | { readonly from: 'labels'; readonly selector: string }
  /** Every pod of the namespace, or of all, that runs a proxy. */
  | { readonly from: 'scope'; readonly everywhere: boolean; readonly selector: string | undefined }
  /** The proxy of a capture that holds one; whether the command could show several. */
  | { readonly from: 'only'; readonly many: boolean }
) & {
  /** Contexts of the kubeconfig in whose clusters they are; the one cluster that the flags name when absent. */
  readonly contexts?: readonly string[]
}

/** Whether an answer has the shape of many, also when a selection of many finds one, or only one of them answers. */
export function isMany(selection: Selection, found: number): boolean {
  if (found > 1) return true
  return selection.from === 'labels' || selection.from === 'scope' || ('contexts' in selection && found > 0)
}
