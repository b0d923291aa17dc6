/** What is piped in or unpacked is held in memory; an endless pipe or a compressed bomb must not take all of it. Bytes. */
export const mostInMemory = 2e9
