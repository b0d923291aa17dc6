/** The argument that this program starts itself with in place of a command, as the process that has the database. */
export const sqlWord = '__sql'
