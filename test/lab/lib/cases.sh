# lab.sh case NAME on|off: states a mesh gets into, made and unmade.

pod_netns() { # LABEL_SELECTOR -> NETNS of the first running pod in default
  kubectl get pods -A -l "$1" --field-selector=status.phase=Running -o jsonpath='{.items[0].metadata.namespace}.{.items[0].metadata.name}'
}

# envoy_of NETNS -> pid of its Envoy (pilot-agent's child, or the process itself)
envoy_of() {
  local pid child
  pid=$(pid_of "$1") || die "nothing runs in $1"
  for child in "$pid" $(children "$pid"); do [ "$(cat "/proc/$child/comm")" = envoy ] && echo "$child" && return; done
  die "no Envoy runs in $1"
}

second_istiod() { running_pods | awk '$6 == "istiod" { print $1 "." $2 }' | sed -n 2p; }

# stale: Envoy stopped, pilot-agent alive: istiod sends and gets no answer.
# nack-cluster: Envoy refuses a cluster. negative-timeout: istiod says SYNCED, Envoy holds the old cluster.
# replica-down: the second istiod is gone, and what its proxies' state is with it.
run_case() {
  case $1:$2 in
  stale:on) kill -STOP "$(envoy_of "$(pod_netns app=details)")" && apply -f "$LAB/manifests/case-stale.yaml" ;;
  stale:off) kill -CONT "$(envoy_of "$(pod_netns app=details)")" && kubectl delete --ignore-not-found -f "$LAB/manifests/case-stale.yaml" >/dev/null ;;
  nack-cluster:on | negative-timeout:on) apply -f "$LAB/manifests/case-$1.yaml" ;;
  nack-cluster:off | negative-timeout:off) kubectl delete --ignore-not-found -f "$LAB/manifests/case-$1.yaml" >/dev/null ;;
  replica-down:on) stop "$(second_istiod)" ;;
  replica-down:off) run_pods istiod && await_istiods ;;
  *) die "case: stale, nack-cluster, negative-timeout or replica-down, then on or off" ;;
  esac
}
