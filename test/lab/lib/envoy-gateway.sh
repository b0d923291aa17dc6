# Envoy Gateway: the controller as its chart has it, and the Envoy that it renders for a Gateway. There are two: one keeps its proxies in
# its own namespace, where they have certificates; "gateway-namespace" keeps them beside their Gateways, and they have tokens.

EG_NAMESPACE=envoy-gateway-system
EG_TOKENS_NAMESPACE=gateway-namespace-system

define_envoy_gateway() {
  define_gateway_crds
  apply -f "$LAB/manifests/gateways/envoy-gateway-control.yaml"
  make_gateway_certificates $EG_NAMESPACE
}

# Its own configuration: https://gateway.envoyproxy.io/docs/tasks/operations/gateway-namespace-mode/
define_gateway_namespace() {
  define_gateway_crds
  sed "s/envoy-gateway-system/$EG_TOKENS_NAMESPACE/g; s/gatewayclass-controller/gateway-namespace-controller/
    s/leaderElection: { disable: true }/&\n        deploy: { type: GatewayNamespace }/" \
    "$LAB/manifests/gateways/envoy-gateway-control.yaml" >"$WORK/gateway-namespace-control.yaml"
  apply -f "$WORK/gateway-namespace-control.yaml"
  make_gateway_certificates $EG_TOKENS_NAMESPACE
}

define_gateway_crds() {
  kubectl get crd envoyproxies.gateway.envoyproxy.io >/dev/null 2>&1 || apply_all "$ENVOY_GATEWAY_BIN"/crds/*.yaml
}

make_gateway_certificates() { # NAMESPACE
  kubectl get secret envoy-gateway -n "$1" >/dev/null 2>&1 ||
    ENVOY_GATEWAY_NAMESPACE=$1 "$ENVOY_GATEWAY_BIN/envoy-gateway" certgen --disable-topology-injector >"$WORK/log/$1-certgen.log" 2>&1 ||
    part_failed "$1-certgen" "Envoy Gateway's certificates could not be made"
}

run_envoy_gateway() {
  run_gateway_controller $EG_NAMESPACE
  apply_backends edge
  apply -f "$LAB/manifests/gateways/envoy-gateway.yaml"
  run_gateway_proxy $EG_NAMESPACE
}

run_gateway_namespace() {
  run_gateway_controller $EG_TOKENS_NAMESPACE
  apply_backends team
  apply -f "$LAB/manifests/gateways/gateway-namespace.yaml"
  run_gateway_proxy team
}

run_gateway_controller() { # NAMESPACE
  local ns=$1 pod ip
  await kube-apiserver 60 "having a pod of Envoy Gateway" has_pod "$ns" control-plane=envoy-gateway
  read -r pod ip < <(pod_of "$ns" control-plane=envoy-gateway)
  echo "$ip" >"$WORK/names/envoy-gateway.$ns.svc.cluster.local"
  prepare_container "$ns" "$pod" "$ip" envoy-gateway
  # Tokens are reviewed with the account of the pod, whatever KUBECONFIG says.
  run_container "$ns" "$pod" env KUBECONFIG="$KUBECONFIG" ENVOY_GATEWAY_NAMESPACE="$ns" KUBERNETES_CLUSTER_DOMAIN=cluster.local \
    KUBERNETES_SERVICE_HOST=$BRIDGE_IP KUBERNETES_SERVICE_PORT=6443 \
    ENVOY_POD_NAME="$pod" ENVOY_POD_NAMESPACE="$ns" "$ENVOY_GATEWAY_BIN/envoy-gateway" server --config-path=/config/envoy-gateway.yaml
  await "$ns.$pod" 90 ready answers "$ns.$pod" 8081/readyz
}

run_gateway_proxy() { # NAMESPACE
  local ns=$1 proxy proxy_ip netns folder argv env
  await kube-apiserver 60 "having a pod of the Gateway" has_pod "$ns" app.kubernetes.io/name=envoy
  read -r proxy proxy_ip < <(pod_of "$ns" app.kubernetes.io/name=envoy)
  netns=$ns.$proxy folder=$WORK/pods/$ns.$proxy
  if ! alive "$netns"; then
    prepare_container "$ns" "$proxy" "$proxy_ip" envoy
    mkdir -p "$folder/containers/shutdown-manager/bin"
    mapfile -t -d '' argv <"$folder/argv"
    mapfile -t -d '' env <"$folder/env"
    run_container "$ns" "$proxy" env "${env[@]}" "$ENVOY" "${argv[@]:1}" --concurrency 1
  fi
  await "$netns" 60 ready answers "$netns" 19000/ready
}
