// `node scripts/pinned.mjs ARGUMENTS`: the pinned Node with these arguments, whatever Node (>= 20) the host has and whatever
// its npm puts on the PATH. Programs that it starts find the pinned Node first as well.
import { availableParallelism } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { usableNode } from './pinned-node.mjs'
import { runChild } from './run-child.mjs'

const { node, problem } = usableNode()
if (node === undefined) {
  console.error(problem)
  process.exitCode = 1
} else {
  // Windows calls it Path, or as it likes.
  const name = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH'
  runChild(node, withEveryCore(process.argv.slice(2)), {
    ...process.env,
    [name]: [dirname(node), process.env[name]].join(delimiter),
  })
}

/** Node keeps a core free of tests, which is half of a machine of two, while most tests wait. */
function withEveryCore(words) {
  if (words[0] !== '--test' || words.some((word) => word.startsWith('--test-concurrency'))) return words
  return ['--test', `--test-concurrency=${availableParallelism()}`, ...words.slice(1)]
}
