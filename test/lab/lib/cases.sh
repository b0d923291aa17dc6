# lab.sh case NAME on|off: states a mesh gets into, made and unmade.
CASES='stale, nack-cluster, negative-timeout, replica-down, no-debug, replica-hangs, replica-cut-off, control-plane-down'

pod_netns() { # LABEL_SELECTOR -> network namespace of the first running pod
  kubectl get pods -A -l "$1" --field-selector=status.phase=Running -o jsonpath='{.items[0].metadata.namespace}.{.items[0].metadata.name}'
}

envoy_of() { envoy_child "$1" | grep . || die "no Envoy runs in $1"; }

# rejected_clusters NETNS -> how many cluster updates its Envoy has rejected
rejected_clusters() { inside "$1" curl -sf -m 2 'localhost:15000/stats?filter=^cluster_manager.cds.update_rejected$' | cut -d' ' -f2; }
rejected_more() { [ "$(rejected_clusters "$1")" -gt "$2" ]; }

negative_timeout_on() {
  local netns before
  netns=$(pod_netns app=carts)
  before=$(rejected_clusters "$netns")
  apply -f "$LAB/manifests/case-negative-timeout.yaml"
  await "$netns" 20 "rejecting the cluster" rejected_more "$netns" "$before"
  apply -f "$LAB/manifests/case-negative-timeout-after.yaml"
}

# istiods -> network namespace of each replica
istiods() { running_pods | awk '$6 == "istiod" { print $1 "." $2 }'; }

second_istiod() { istiods | sed -n 2p; }

stop_istiods() {
  local netns
  for netns in $(istiods); do stop "$netns" & done
  wait
}

# api_server_cut -A|-D: what the second istiod and the API server send each other is lost, or no more. A watch that is open would still
# bring one more event where only the way to the server is cut.
api_server_cut() {
  local netns
  netns=$(second_istiod)
  inside "$netns" iptables "$1" OUTPUT -d "$BRIDGE_IP" -p tcp --dport 6443 -j DROP
  inside "$netns" iptables "$1" INPUT -s "$BRIDGE_IP" -p tcp --sport 6443 -j DROP
}

remove() { kubectl delete --ignore-not-found -f "$LAB/manifests/case-$1.yaml" >/dev/null; }

# stale: details' Envoy is stopped, its pilot-agent alive: istiod sends and gets no answer.
# nack-cluster: one more cluster, which the nack pod's Envoy refuses. negative-timeout: istiod says SYNCED, carts' Envoy holds
# the cluster it had. replica-down: the second istiod is gone, and what is known of its proxies with it. no-debug: the second
# istiod runs anew without debug endpoints, and answers over xDS alone. replica-hangs: the second istiod is stopped, its connections
# stay open. replica-cut-off: the second istiod does not reach the API server any more. control-plane-down: no istiod is left.
run_case() {
  case $1:$2 in
  stale:on) kill -STOP "$(envoy_of "$(pod_netns app=details)")" && apply -f "$LAB/manifests/case-stale.yaml" ;;
  stale:off) kill -CONT "$(envoy_of "$(pod_netns app=details)")" && remove stale ;;
  nack-cluster:on) apply -f "$LAB/manifests/case-nack-cluster.yaml" ;;
  nack-cluster:off) remove nack-cluster ;;
  negative-timeout:on) negative_timeout_on ;;
  negative-timeout:off) remove negative-timeout && remove negative-timeout-after ;;
  replica-down:on) stop "$(second_istiod)" ;;
  replica-down:off) each_pod run_pod istiod && await_istiods && await_connections ;;
  no-debug:on) stop "$(second_istiod)" && ENABLE_DEBUG_ON_HTTP=false each_pod run_pod istiod && await_istiods ;;
  no-debug:off) stop "$(second_istiod)" && each_pod run_pod istiod && await_istiods && await_connections ;;
  replica-hangs:on) kill -STOP "$(pid_of "$(second_istiod)")" ;;
  replica-hangs:off) kill -CONT "$(pid_of "$(second_istiod)")" && await_istiods && await_connections ;;
  replica-cut-off:on) api_server_cut -A ;;
  replica-cut-off:off) api_server_cut -D && await_istiods ;;
  control-plane-down:on) stop_istiods ;;
  control-plane-down:off) each_pod run_pod istiod && await_istiods && await_connections ;;
  *) die "case: $CASES; then on or off" ;;
  esac
}
