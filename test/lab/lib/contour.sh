# Contour by its own example manifests: https://github.com/projectcontour/contour/tree/main/examples/contour

define_contour() {
  local from=$CONTOUR_BIN/manifests
  apply_all "$from"/{00-common,01-crds,01-contour-config,02-role-contour,02-rbac,02-service-contour,02-service-envoy}.yaml
  # The job of the example, without its image.
  kubectl get secret contourcert -n projectcontour >/dev/null 2>&1 ||
    "$CONTOUR_BIN/contour" certgen --kube --kubeconfig="$KUBECONFIG" --namespace=projectcontour --secrets-format=compact --overwrite >"$WORK/log/certgen.log" 2>&1 ||
    part_failed certgen "Contour's certificates could not be made"
  name_node "$from/03-contour.yaml" 1 >"$WORK/03-contour.yaml"
  name_node "$from/03-envoy.yaml" 1 >"$WORK/03-envoy.yaml"
  apply_all "$WORK"/03-{contour,envoy}.yaml
}

# Leader election is off: contour ends when a busy API server is slow. Its pod's own arguments name the certificates and the rest.
run_contour() {
  local pod ip proxy proxy_ip netns folder
  await kube-apiserver 60 "having pods of Contour" has_pod projectcontour app=contour
  await kube-apiserver 60 "having pods of Contour's Envoy" has_pod projectcontour app=envoy
  read -r pod ip < <(pod_of projectcontour app=contour)
  prepare_container projectcontour "$pod" "$ip" contour
  run_container projectcontour "$pod" env CONTOUR_NAMESPACE=projectcontour POD_NAME="$pod" "$CONTOUR_BIN/contour" serve --kubeconfig="$KUBECONFIG" \
    --xds-address=0.0.0.0 --xds-port=8001 --contour-cafile=/certs/ca.crt --contour-cert-file=/certs/tls.crt --contour-key-file=/certs/tls.key \
    --config-path=/config/contour.yaml --disable-leader-election
  await "projectcontour.$pod" 60 "listening for xDS" listens "projectcontour.$pod" 8001
  apply_contour_objects
  read -r proxy proxy_ip < <(pod_of projectcontour app=envoy)
  netns=projectcontour.$proxy folder=$WORK/pods/projectcontour.$proxy
  if ! alive "$netns"; then
    prepare_container projectcontour "$proxy" "$proxy_ip" envoy "$ip contour contour.projectcontour contour.projectcontour.svc"
    mkdir -p "$folder"/files/{admin,config/resources} "$folder/containers/shutdown-manager/bin"
    # The init container's work. Its files stay in the memory of its own container, so it is Envoy's container that does it.
    run_container projectcontour "$proxy" bash -c '"$@" && exec '"$ENVOY"' -c /config/envoy.json --service-cluster projectcontour --service-node '"$proxy"' --drain-time-s 5 --log-level info --concurrency 1' _ \
      "$CONTOUR_BIN/contour" bootstrap /config/envoy.json --xds-address=contour --xds-port=8001 --xds-resource-version=v3 --resources-dir=/config/resources \
      --envoy-cafile=/certs/ca.crt --envoy-cert-file=/certs/tls.crt --envoy-key-file=/certs/tls.key --namespace=projectcontour
  fi
  await "$netns" 60 "answering on its admin port" answers "$netns" 9001/ready
  await "$netns" 60 ready answers "$netns" 8002/ready
}

apply_contour_objects() {
  apply_backends shop
  apply -f "$LAB/manifests/gateways/contour.yaml"
}
