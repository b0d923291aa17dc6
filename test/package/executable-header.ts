/** What the header of an executable says. */
export interface ExecutableHeader {
  readonly format: 'ELF' | 'Mach-O' | 'PE32+'
  readonly machine: 'x64' | 'arm64'
  /** Offsets and sizes of the parts that the header lists, in bytes of the file. */
  readonly parts: readonly { readonly name: string; readonly offset: number; readonly size: number }[]
  readonly signed: boolean
}

/**
 * Reads the header of a 64-bit, little-endian executable.
 * ELF: System V gABI; Mach-O: mach-o/loader.h; PE: "PE Format" by Microsoft.
 * @throws Error for anything else, and for an executable that is none (a library, an object file)
 */
export function readExecutableHeader(file: Buffer): ExecutableHeader {
  if (file.readUInt32BE(0) === 0x7f454c46) return readElf(file)
  if (file.readUInt32LE(0) === 0xfeedfacf) return readMachO(file)
  if (file.toString('latin1', 0, 2) === 'MZ') return readPe(file)
  throw new Error('not an executable of a known format')
}

function known<T>(values: Readonly<Record<number, T>>, key: number, what: string): T {
  const value = values[key]
  if (value === undefined) throw new Error(`${what} 0x${key.toString(16)}`)
  return value
}

function readElf(file: Buffer): ExecutableHeader {
  known({ 2: '64-bit' }, file.readUInt8(4), 'ELF class')
  known({ 1: 'little-endian' }, file.readUInt8(5), 'ELF data')
  known({ 2: 'EXEC', 3: 'PIE' }, file.readUInt16LE(16), 'ELF type')
  const machine = known({ 62: 'x64', 183: 'arm64' } as const, file.readUInt16LE(18), 'ELF machine')
  const at = Number(file.readBigUInt64LE(32))
  const size = file.readUInt16LE(54)
  const parts = Array.from({ length: file.readUInt16LE(56) }, (_, index) => ({
    name: `segment type ${file.readUInt32LE(at + index * size)}`,
    offset: Number(file.readBigUInt64LE(at + index * size + 8)),
    size: Number(file.readBigUInt64LE(at + index * size + 32)),
  }))
  return { format: 'ELF', machine, parts, signed: false }
}

const segment = 0x19
const codeSignature = 0x1d

function readMachO(file: Buffer): ExecutableHeader {
  const machine = known({ 16777223: 'x64', 16777228: 'arm64' } as const, file.readUInt32LE(4), 'Mach-O CPU')
  known({ 2: 'executable' }, file.readUInt32LE(12), 'Mach-O file type')
  const parts: { name: string; offset: number; size: number }[] = []
  let signed = false
  let at = 32
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at)
    if (command === segment) {
      parts.push({
        name: file.toString('latin1', at + 8, at + 24).replace(/\0+$/, ''),
        offset: Number(file.readBigUInt64LE(at + 40)),
        size: Number(file.readBigUInt64LE(at + 48)),
      })
    }
    if (command === codeSignature) signed = true
    at += file.readUInt32LE(at + 4)
  }
  return { format: 'Mach-O', machine, parts, signed }
}

const executableImage = 0x0002

function readPe(file: Buffer): ExecutableHeader {
  const pe = file.readUInt32LE(0x3c)
  if (file.toString('latin1', pe, pe + 4) !== 'PE\0\0') throw new Error('no PE signature')
  const machine = known({ 34404: 'x64', 43620: 'arm64' } as const, file.readUInt16LE(pe + 4), 'PE machine')
  known({ 523: 'PE32+' }, file.readUInt16LE(pe + 24), 'PE magic')
  known({ 3: 'console' }, file.readUInt16LE(pe + 24 + 68), 'PE subsystem')
  if ((file.readUInt16LE(pe + 22) & executableImage) === 0) throw new Error('the PE is no executable image')
  const table = pe + 24 + file.readUInt16LE(pe + 20)
  const parts = Array.from({ length: file.readUInt16LE(pe + 6) }, (_, index) => ({
    name: file.toString('latin1', table + index * 40, table + index * 40 + 8).replace(/\0+$/, ''),
    offset: file.readUInt32LE(table + index * 40 + 20),
    size: file.readUInt32LE(table + index * 40 + 16),
  }))
  // The fifth data directory is the certificate table.
  return { format: 'PE32+', machine, parts, signed: file.readUInt32LE(pe + 24 + 112 + 4 * 8 + 4) > 0 }
}
