import type { Args } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'

/** What is an argument of istioctl's command is a pod here. @throws UsageError for that word */
export function refuseCheck(args: Args): void {
  if (args.positionals[0] !== 'check') return
  throw new UsageError("istioctl's authz check is authz itself: check is no argument of it", {
    hint: 'Leave it out: kubectl proxy-config authz POD. A pod that is called so is pod/check.',
  })
}
