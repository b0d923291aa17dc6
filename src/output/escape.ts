/** Everything a terminal could act on: C0 and C1 control characters, DEL, and the marks that reorder text. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const shown: Readonly<Record<string, string>> = { '\u001b': '^[', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text from a dump made safe to print: it comes from whoever configures the proxy. `ESC` becomes `^[`, as kubectl prints it. */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (char) => shown[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The same for a message, which may have several lines and tabs of its own and hold words of a dump. */
export function escapeMessage(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeControls)
}
