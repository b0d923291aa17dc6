import { existsSync } from 'node:fs'

/** Shells that are tested; PowerShell is in no registry of Debian's. */
export type ShellName = 'bash' | 'zsh' | 'fish'

interface ShellInTest {
  /** The command that starts it, with `file` read first. */
  start(file: string): string
  /**
   * No prompt that asks, no history, all candidates listed at the first TAB, ^N for one candidate after the other, and ^G to append
   * the line that is being edited to a file, with a NUL.
   */
  readonly setUp: string
  /** Where its own completion stands, and Debian's package of it. */
  readonly needs: Readonly<Record<string, string>>
}

export const shells: Readonly<Record<ShellName, ShellInTest>> = {
  bash: {
    start: (file) => `exec bash --noprofile --rcfile '${file}' -i`,
    setUp: `
PS1='$ '; unset HISTFILE
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items -1'
bind 'set page-completions off'
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind '"\\C-n": menu-complete'
bind -x '"\\C-g": printf "%s\\0" "$READLINE_LINE" >> "$LINES_FILE"'
source /usr/share/bash-completion/bash_completion`,
    needs: { '/usr/share/bash-completion/bash_completion': 'bash-completion' },
  },
  zsh: {
    start: (file) => `ln -sf '${file}' "$HOME/.zshrc"; exec zsh -d -i`,
    setUp: `
PS1='$ '; unset HISTFILE; LISTMAX=100000; unsetopt beep
bindkey -e
append-line() { print -rN -- "$BUFFER" >> "$LINES_FILE" }
zle -N append-line
bindkey '^G' append-line
bindkey '^N' menu-complete
autoload -U compinit; compinit -u -D`,
    needs: { '/usr/bin/zsh': 'zsh' },
  },
  fish: {
    start: (file) => `exec fish --private --no-config -i -C 'source ${file}'`,
    setUp: `
function fish_prompt; echo '$ '; end
function fish_greeting; end
set -g fish_autosuggestion_enabled 0
function append_line; printf '%s\\0' (commandline -b | string collect) >> $LINES_FILE; end
bind \\cg append_line
bind \\cn complete`,
    needs: { '/usr/bin/fish': 'fish' },
  },
}

/** Debian's packages that are missing for a shell. */
export function missingFor(name: ShellName): string[] {
  return Object.entries({ '/usr/bin/script': 'bsdutils', ...shells[name].needs })
    .filter(([file]) => !existsSync(file))
    .map(([, packageName]) => packageName)
}
