# Envoy Gateway: the controller as its chart has it, and the Envoy that it renders for a Gateway.

EG_NAMESPACE=envoy-gateway-system

define_envoy_gateway() {
  apply_all "$ENVOY_GATEWAY_BIN"/crds/*.yaml "$LAB/manifests/gateways/envoy-gateway-control.yaml"
  kubectl get secret envoy-gateway -n $EG_NAMESPACE >/dev/null 2>&1 ||
    ENVOY_GATEWAY_NAMESPACE=$EG_NAMESPACE "$ENVOY_GATEWAY_BIN/envoy-gateway" certgen --disable-topology-injector >"$WORK/log/eg-certgen.log" 2>&1 ||
    part_failed eg-certgen "Envoy Gateway's certificates could not be made"
}

run_envoy_gateway() {
  local pod ip proxy proxy_ip netns folder argv env
  await kube-apiserver 60 "having a pod of Envoy Gateway" has_pod $EG_NAMESPACE control-plane=envoy-gateway
  read -r pod ip < <(pod_of $EG_NAMESPACE control-plane=envoy-gateway)
  echo "envoy-gateway.$EG_NAMESPACE.svc.cluster.local $ip" >"$WORK/dns"
  prepare_container $EG_NAMESPACE "$pod" "$ip" envoy-gateway
  run_container $EG_NAMESPACE "$pod" env KUBECONFIG="$KUBECONFIG" ENVOY_GATEWAY_NAMESPACE=$EG_NAMESPACE KUBERNETES_CLUSTER_DOMAIN=cluster.local \
    ENVOY_POD_NAME="$pod" ENVOY_POD_NAMESPACE=$EG_NAMESPACE "$ENVOY_GATEWAY_BIN/envoy-gateway" server --config-path=/config/envoy-gateway.yaml
  await "$EG_NAMESPACE.$pod" 90 ready answers "$EG_NAMESPACE.$pod" 8081/readyz
  apply_backends edge
  apply -f "$LAB/manifests/gateways/envoy-gateway.yaml"
  await kube-apiserver 60 "having a pod of the Gateway" has_pod $EG_NAMESPACE app.kubernetes.io/name=envoy
  read -r proxy proxy_ip < <(pod_of $EG_NAMESPACE app.kubernetes.io/name=envoy)
  netns=$EG_NAMESPACE.$proxy folder=$WORK/pods/$EG_NAMESPACE.$proxy
  if ! alive "$netns"; then
    prepare_container $EG_NAMESPACE "$proxy" "$proxy_ip" envoy
    mkdir -p "$folder/containers/shutdown-manager/bin"
    mapfile -t -d '' argv <"$folder/argv"
    mapfile -t -d '' env <"$folder/env"
    run_container $EG_NAMESPACE "$proxy" env "${env[@]}" "$ENVOY" "${argv[@]:1}" --concurrency 1
  fi
  await "$netns" 60 ready answers "$netns" 19000/ready
}
