// `node scripts/pinned.mjs ARGUMENTS`: the pinned Node with these arguments, whatever Node (>= 20) the host has and whatever
// its npm puts on the PATH. Programs that it starts find the pinned Node first as well.
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
  runChild(node, process.argv.slice(2), {
    ...process.env,
    [name]: [dirname(node), process.env[name]].join(delimiter),
  })
}
