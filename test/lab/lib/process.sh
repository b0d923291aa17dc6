# Background processes: each has .work/pid/NAME ("pid starttime", so a reused pid is never taken for ours) and .work/log/NAME.log.

# start_time PID -> when it started, in clock ticks; nothing for a process that has ended (a zombie has)
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

# pid_of NAME -> its pid when it still runs
pid_of() {
  local pid started
  [ -f "$WORK/pid/$1" ] && read -r pid started <"$WORK/pid/$1" && [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] && echo "$pid"
}
alive() { [ -n "$(pid_of "$1")" ]; }

# start NAME COMMAND... runs it in the background, detached; does nothing when it runs already
start() {
  local name=$1 pid
  shift
  alive "$name" && return 0
  setsid nohup "$@" >>"$WORK/log/$name.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid $(start_time "$pid")" >"$WORK/pid/$name"
}

children() { cat "/proc/$1"/task/*/children 2>/dev/null; }

# envoy_child NAME -> pid of the Envoy that runs under this name: the process itself, or pilot-agent's child
envoy_child() {
  local pid child
  pid=$(pid_of "$1") || return
  for child in "$pid" $(children "$pid"); do [ "$(cat "/proc/$child/comm" 2>/dev/null)" = envoy ] && echo "$child" && return; done
}

# stop NAME: SIGTERM to it and its children (a stopped one is continued first), SIGKILL after ten seconds
stop() {
  local pid child i
  pid=$(pid_of "$1") || true
  if [ -n "$pid" ]; then
    for child in $(children "$pid") "$pid"; do kill -CONT "$child" 2>/dev/null && kill "$child" 2>/dev/null; done
    for i in $(seq 100); do alive "$1" || break; sleep 0.1; done
    alive "$1" && kill -KILL "$pid" 2>/dev/null
  fi
  rm -f "$WORK/pid/$1"
}

# part_failed NAME WHY: says which part did not start and shows the end of its log
part_failed() {
  printf 'lab: %s: %s\n' "$1" "$2" >&2
  [ -f "$WORK/log/$1.log" ] && tail -n 15 "$WORK/log/$1.log" | sed "s/^/lab: $1: /" >&2
  exit 1
}

# await NAME SECONDS WHAT COMMAND...: waits until the command succeeds; fails when the part has ended or the time is up
await() {
  local name=$1 end=$((SECONDS + $2)) what=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    alive "$name" || part_failed "$name" "ended before it was $what"
    [ $SECONDS -lt $end ] || part_failed "$name" "not $what in time"
    sleep 0.2
  done
}
