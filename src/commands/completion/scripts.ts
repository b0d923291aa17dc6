import type { Shell } from './shells.ts'

/**
 * The script that a shell sources to complete `kubectl-proxy_config` and `kubectl-proxy_status` called by their own names.
 * (`kubectl proxy-config` is completed by kubectl's own script.) Each asks the program and obeys the bits of its last line:
 * 2 is "no space", 4 is "no files".
 */
export function completionScript(shell: Shell): string {
  return scripts[shell]
}

const bash = `# bash completion for kubectl-proxy_config: source <(kubectl-proxy_config completion bash)
_kubectl_proxy_config() {
  local line="\${COMP_LINE:0:COMP_POINT}" word='' i quote='' char
  local -a words=()
  # Words as the shell will read them; bash itself would break them at = and :
  for ((i = 0; i < \${#line}; i++)); do
    char="\${line:i:1}"
    if [[ -n $quote ]]; then
      if [[ $char == "$quote" ]]; then quote=''; else word+="$char"; fi
    elif [[ $char == "'" || $char == '"' ]]; then quote="$char"
    elif [[ $char == '\\' ]]; then i=$((i + 1)); word+="\${line:i:1}"
    elif [[ $char == ' ' || $char == $'\\t' ]]; then
      if [[ -n $word ]]; then words+=("$word"); word=''; fi
    elif [[ -z $word && "\${line:i:2}" == '~/' ]]; then word+="$HOME"
    else word+="$char"; fi
  done
  words+=("$word")
  local out directive candidate
  out="$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)" || return
  directive="\${out##*:}"
  out="\${out%:*}"
  # What bash takes for the start of the word is kept by it and must not come twice.
  local current="\${COMP_WORDS[COMP_CWORD]}" kept typed="$word"
  [[ $typed == --*=* ]] && typed="\${typed#*=}"
  [[ $current == '=' || $current == ':' ]] && current=''
  kept=''
  [[ -z $quote && $typed == *[:=]* ]] && kept="\${typed%"\${typed##*[:=]}"}"
  COMPREPLY=()
  while IFS= read -r candidate; do
    candidate="\${candidate%%$'\\t'*}"
    [[ -z $candidate ]] && continue
    candidate="\${candidate#"$kept"}"
    if [[ -z $quote ]]; then printf -v candidate '%q' "$candidate"; fi
    COMPREPLY+=("$candidate")
  done <<<"$out"
  ((directive & 2)) && compopt -o nospace
  ((directive & 4)) && compopt +o default +o bashdefault
}
complete -o bashdefault -o default -F _kubectl_proxy_config kubectl-proxy_config kubectl-proxy_status
`

const zsh = `#compdef kubectl-proxy_config kubectl-proxy_status
# zsh completion for kubectl-proxy_config: source <(kubectl-proxy_config completion zsh)
_kubectl_proxy_config() {
  local -a before lines described options
  local line directive
  before=("\${(@Q)\${(@)words[1,CURRENT-1]/#\\~\\//$HOME/}}")
  lines=("\${(@f)$("\${before[1]}" __complete "\${(@)before[2,-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  directive=\${lines[-1]#:}
  [[ $directive == <-> ]] || return 1
  lines[-1]=()
  [[ $PREFIX == --*=* ]] && compset -P '*='
  for line in $lines; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${(M)line%%$'\\t'*}:+:\${line#*$'\\t'}}")
  done
  ((directive & 2)) && options=(-S '')
  (($#described)) && _describe -t candidates candidate described "\${(@)options}"
  ((directive & 4)) || _files
}
compdef _kubectl_proxy_config kubectl-proxy_config kubectl-proxy_status
`

const fish = `# fish completion for kubectl-proxy_config: kubectl-proxy_config completion fish | source
function __kubectl_proxy_config_complete
  set -l words (commandline -opc | string replace -r -- '^~/' "$HOME/")
  set -l typed (commandline -ct | string unescape)
  set -l lines ($words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
  test (count $lines) -gt 0; or return
  set -l directive (string sub -s 2 -- $lines[-1])
  set -e lines[-1]
  set -l flag (string match -r -- '^--[^=]*=' $typed)
  for line in $lines
    printf '%s\\n' "$flag$line"
  end
  if test (math "floor($directive / 4) % 2") -eq 0
    __fish_complete_path (string replace -r -- '^--[^=]*=' '' $typed)
  end
end
for name in kubectl-proxy_config kubectl-proxy_status
  complete -c $name -f -a '(__kubectl_proxy_config_complete)'
end
`

const powershell = `# PowerShell completion: kubectl-proxy_config completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kubectl-proxy_config, kubectl-proxy_status -ScriptBlock {
  param($typed, $line, $at)
  $words = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $at -or $_.Extent.Text -ne $typed } |
    ForEach-Object { $_.Extent.Text.Trim("'", '"') })
  $rest = @($words | Select-Object -Skip 1)
  # An empty argument is lost on the way to a native program before PowerShell 7.3 unless it is quoted.
  $last = if ($typed -eq '' -and $PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { $typed }
  $out = @(& $words[0] __complete @rest $last 2>$null)
  if ($out.Count -eq 0) { return }
  $directive = [int]$out[-1].TrimStart(':')
  $flag = if ($typed -match '^(--[^=]*=)') { $Matches[1] } else { '' }
  $out | Select-Object -SkipLast 1 | ForEach-Object {
    $text, $description = $_ -split "\\t", 2
    if (-not $description) { $description = $text }
    $word = if ($text -match '[|;&() ]') { "'$text'" } else { $text }
    [System.Management.Automation.CompletionResult]::new("$flag$word", $text, 'ParameterValue', $description)
  }
  if (-not ($directive -band 4)) {
    [System.Management.Automation.CompletionCompleters]::CompleteFilename(($typed -replace '^--[^=]*=', ''))
  }
}
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell }
