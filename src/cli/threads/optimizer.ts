import { setFlagsFromString } from 'node:v8'

/**
 * Bytes of a dump up to which V8's optimizing compiler takes longer than its code saves, where every processor is busy. Measured on two
 * processors and 100 MB: 0.5 of 2.7 s of CPU go into code of which each thread has its own, and which is 15 % faster than that of Maglev.
 */
export const maxUnoptimized = 250e6

/**
 * From here on V8 optimizes nothing more with TurboFan, in no thread of this process. To be called when modules are loaded: V8 refuses the code
 * cache of a process with other flags.
 */
export function stopOptimizing(): void {
  setFlagsFromString('--no-turbofan')
}
