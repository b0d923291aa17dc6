/** The argument that a thread of this program is started with in place of a command. */
export const threadWord = '__thread'
