#!/bin/bash
# The lab: a real mesh on one machine. README.md says what is in it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
asked_lab=${PROXY_CONFIG_LAB:-}
for part in env process build network certificates control-plane workloads pods cases gateways contour envoy-gateway go-control-plane; do . "lib/$part.sh"; done

PARTS=(mesh contour envoy-gateway gateway-namespace go-control-plane)

usage() {
  cat <<U
usage: lab.sh COMMAND
  build [PART...]   install and compile the parts into the cache (skips what is there); egctl only by name, to compare with
  up [PART...]      build, then bring the parts up; safe to run again. Parts: mesh, contour, envoy-gateway, gateway-namespace,
                    go-control-plane; all without names
  down              end what up started, in both labs unless PROXY_CONFIG_LAB names one, and remove its network namespaces; --wipe also
                    removes the run folder
  status            one line per part and pod
  sync              give new pods a network namespace and processes, take them from pods that are gone
  case NAME on|off  $CASES
  env               shell lines that set KUBECONFIG and PATH: eval "\$(bash test/lab/lab.sh env)"
  envoy-pid NETNS   the process id of the Envoy in a network namespace
  stop NETNS        end what runs in a network namespace; sync starts it again
PROXY_CONFIG_LAB=gateways is for the lab of Contour and Envoy Gateway, which stands beside the mesh's: down, status, sync, env, stop.
U
}

sync_pods() {
  remove_gone_pods
  move_proxies
  each_pod prepare_pod '.*'
  each_pod run_pod istiod
  await_istiods
  await_root_certificate
  each_pod run_pod '.*'
  await_proxies
  await_connections
}

# up PART...: each lab that has one of the parts
up() {
  local part mesh=() gateways=()
  [ $# -gt 0 ] || set -- "${PARTS[@]}"
  for part in "$@"; do
    case $part in
    mesh) mesh=(mesh) ;;
    contour | envoy-gateway | gateway-namespace | go-control-plane) gateways+=("$part") ;;
    *) die "no part $part: there are ${PARTS[*]}" ;;
    esac
  done
  [ ${#mesh[@]} = 0 ] || PROXY_CONFIG_LAB=mesh bash lab.sh up-one "${mesh[@]}" || exit 1
  [ ${#gateways[@]} = 0 ] || PROXY_CONFIG_LAB=gateways bash lab.sh up-one "${gateways[@]}" || exit 1
}

up_one() {
  local start=$SECONDS
  require_root
  build_parts "$@"
  mkdir -p "$WORK"/{log,pid,pods}
  make_bridge
  make_certificates
  write_kubeconfig
  start_api
  say "API server ready ($((SECONDS - start)) s)"
  if [ $PROXY_CONFIG_LAB = gateways ]; then
    apply -f "$LAB/manifests/gateways/node.yaml"
    start_controllers
    start_node
    up_gateways "$@"
    say "gateways ready ($((SECONDS - start)) s). eval \"\$(PROXY_CONFIG_LAB=gateways bash $LAB/lab.sh env)\""
    return
  fi
  apply_definitions
  start_controllers
  start_node
  apply_mesh
  await kwok 60 "running all pods" all_scheduled
  mark_unschedulable
  say "pods running ($((SECONDS - start)) s)"
  sync_pods
  say "mesh ready ($((SECONDS - start)) s). eval \"\$(bash $LAB/lab.sh env)\""
}

down() {
  local name netns is_ours=
  require_root
  [ -d "$WORK/pid" ] || { say "nothing to end"; return; }
  # The bridge may be that of a lab of another checkout, beside which this one did not come up.
  if alive kube-apiserver; then is_ours=1; fi
  for name in $(ls "$WORK/pid" | grep -v -x -e etcd -e kube-apiserver); do stop "$name" & done
  wait
  for netns in $(lab_netns); do remove_netns "$netns"; done
  stop kube-apiserver
  stop etcd
  [ -z "$is_ours" ] || ip link del $BRIDGE 2>/dev/null
  rm -rf "$WORK/pods" "$WORK/etcd" "$WORK/istiods"
  [ "${1:-}" = --wipe ] && rm -rf "$WORK"
  say "down"
}

status() {
  local name failed=0 ns pod ip app version proxy istiod workload uid
  [ -d "$WORK/pid" ] || { say "not up"; return 1; }
  for name in etcd kube-apiserver kube-controller-manager kwok streams; do
    if alive "$name"; then say "$name runs"; else say "$name does not run"; failed=1; fi
  done
  [ $failed = 0 ] || return 1
  [ $PROXY_CONFIG_LAB = mesh ] || { status_gateways; return; }
  while read -r ns pod ip app version proxy istiod workload uid; do
    name=-
    case $proxy in
    offline | none | odd) ;;
    *) if alive "$ns.$pod"; then name=runs; else name="does not run"; failed=1; fi ;;
    esac
    say "$(printf '%-13s %-45s %-12s %-8s %s' "$ns" "$pod" "$ip" "$proxy" "$name")"
  done < <(running_pods)
  return $failed
}

print_env() {
  printf 'export KUBECONFIG=%q\nexport PATH=%q:%q:"$PATH"\nexport LAB_ISTIOCTL=%q\nexport LAB_ENVOY=%q\nexport LAB_PARTS=%q\nexport LAB_EGCTL=%q\n' \
    "$KUBECONFIG" "$KUBE_BIN" "$ISTIO_BIN" "$ISTIO_BIN/istioctl" "$ENVOY" "$(cat "$WORK/parts" 2>/dev/null)" "$EGCTL_BIN/egctl"
}

case ${1:-} in
build) shift && build_parts "${@:-${PARTS[@]}}" ;;
up) shift && up "$@" ;;
up-one) shift && up_one "$@" ;;
down)
  # Both labs, unless one is named.
  [ -n "$asked_lab" ] || PROXY_CONFIG_LAB=gateways bash ./lab.sh down "${2:-}"
  down "${2:-}"
  ;;
status) status ;;
sync) require_root && if [ $PROXY_CONFIG_LAB = mesh ]; then sync_pods; else sync_gateways; fi ;;
stop) require_root && stop "${2:-}" ;;
case) require_root && run_case "${2:-}" "${3:-}" ;;
env) print_env ;;
envoy-pid) envoy_of "${2:-}" ;;
*) usage >&2 && exit 2 ;;
esac
