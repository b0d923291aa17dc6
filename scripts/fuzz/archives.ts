import { gzipSync } from 'node:zlib'
import { oddTexts } from './odd-values.ts'
import type { Random } from './random.ts'

/** A tar archive of the given files among others, with odd names, sizes and types. */
export function oddArchive(files: readonly Buffer[], random: Random): Buffer {
  const blocks = files.flatMap((content) => {
    const name = random.chance(0.7)
      ? random.pick(['config_dump', 'proxies/ns/pod/config_dump?include_eds', 'a/certs', 'a/clusters', 'x.json'])
      : random.pick(oddTexts)
    return entry(name, content, random)
  })
  if (random.chance(0.3))
    blocks.splice(random.below(blocks.length + 1), 0, ...entry('folder/', Buffer.alloc(0), random))
  const archive = Buffer.concat([...blocks, Buffer.alloc(random.pick([0, 512, 1024]))])
  const cut = random.chance(0.3) ? archive.subarray(0, random.below(archive.length + 1)) : archive
  return random.chance(0.5) ? gzipSync(cut) : cut
}

function entry(name: string, content: Buffer, random: Random): Buffer[] {
  const header = Buffer.alloc(512)
  const size = random.chance(0.15) ? random.pick([0, 1, 1e6, 8_589_934_591, content.length + 1]) : content.length
  header.write(name.slice(0, 99), 0, 'utf8')
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0').slice(-11)}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(random.chance(0.8) ? '0' : random.pick(['5', '2', '1', 'x', 'g', 'L', 'K', '\0', 'Z']), 156)
  header.write(random.chance(0.9) ? 'ustar\x0000' : 'ustar  \0', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${(random.chance(0.9) ? sum : 1).toString(8).padStart(6, '0')}\0 `, 148)
  if (random.chance(0.05)) header[random.below(512)] = random.below(256)
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
}
