import { resourceKinds } from '../../resources/index.ts'

const whole = resourceKinds.filter(({ partOfOther }) => !partOfOther)

/** istioctl begins with the bootstrap as well. */
export const shownKinds = [
  ...whole.filter(({ entries }) => entries === 'bootstrap'),
  ...whole.filter(({ entries }) => entries !== 'bootstrap'),
]
