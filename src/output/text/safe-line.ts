import { redactText } from '../../envoy/redaction/redact-text.ts'
import { escapeControls } from './escape.ts'

/** A line as it may be printed, on stdout or stderr, whatever it quotes: without secrets, without control characters, and one line. */
export function safeLine(text: string): string {
  return escapeControls(redactText(text))
}
