import type { Option } from '../../contract/command.ts'

/** Flags that say what token the client sends. */
export const tokenOptions: readonly Option[] = [
  {
    name: 'claim',
    type: 'string',
    repeatable: true,
    value: 'NAME=VALUE',
    describe:
      'The client sends a valid token with this claim, such as iss=https://id.example.com or groups=ops; repeat the flag for several',
  },
  {
    name: 'token-file',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: 'The client sends the token in this file; it counts as valid, whatever its signature and its dates are',
  },
]
