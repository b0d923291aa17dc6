import type { Option } from './command.ts'

/** Which rules of lint fill the table of findings: those that look at one proxy. */
export const findingsProfileOption: Option = {
  name: 'profile',
  type: 'string',
  value: 'PROFILES',
  repeatable: true,
  list: ['core', 'edge', 'strict', 'live', 'all'],
  describe: 'Profiles of lint that the table findings is asked of, with commas between; core when not given',
}
