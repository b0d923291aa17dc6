# Two control planes of go-control-plane and a proxy of each: manifests/gateways/go-control-plane.yaml. Each sends what is in its folder
# $WORK/snapshots/NAME, a file for each proxy that it knows.

define_go_control_plane() {
  local name
  apply -f "$LAB/manifests/gateways/go-control-plane.yaml"
  (cd "$WORK/certs" && sign xds-server /CN=by-cluster subjectAltName=DNS:by-cluster.xds.svc && sign xds-client /CN=edge extendedKeyUsage=clientAuth)
  for name in xds-server xds-client; do
    kubectl create secret generic $name -n xds --from-file=ca.crt="$WORK/certs/ca.crt" --from-file=tls.crt="$WORK/certs/$name.crt" \
      --from-file=tls.key="$WORK/certs/$name.key" --dry-run=client -o yaml | apply -f -
  done
  mkdir -p "$WORK"/snapshots/{by-id,by-cluster}
  cp "$LAB/manifests/gateways/snapshot.json" "$WORK/snapshots/by-id/delta-0.json"
  cp "$LAB/manifests/gateways/snapshot.json" "$WORK/snapshots/by-cluster/edge.json"
}

run_go_control_plane() {
  run_snapshot_server by-id 18000 --hash id & run_snapshot_server by-cluster 18443 --hash cluster --certs /etc/xds &
  wait -n && wait -n || exit 1
  run_snapshot_proxy delta by-id & run_snapshot_proxy whole by-cluster &
  wait -n && wait -n || exit 1
}

# run_snapshot_server NAME PORT ARGUMENTS...
run_snapshot_server() {
  local name=$1 port=$2 pod ip
  shift 2
  await kube-apiserver 60 "having a pod of $name" has_pod xds app=$name
  read -r pod ip < <(pod_of xds app=$name)
  prepare_container xds "$pod" "$ip" server
  run_container xds "$pod" "$GO_CONTROL_PLANE_BIN/go-control-plane" --address ":$port" --snapshots "$WORK/snapshots/$name" "$@"
  # kube-proxy's work: names lead to pods here, where the port of the Service is another one.
  [ "$port" = 18000 ] || inside "xds.$pod" iptables -t nat -C PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports "$port" 2>/dev/null ||
    inside "xds.$pod" iptables -t nat -A PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports "$port"
  await "xds.$pod" 30 "listening for xDS" listens "xds.$pod" "$port"
}

# run_snapshot_proxy NAME CONTROL-PLANE
run_snapshot_proxy() {
  local pod ip server server_ip argv
  await kube-apiserver 60 "having a pod of $1" has_pod xds app=$1
  read -r pod ip < <(pod_of xds app=$1)
  alive "xds.$pod" && return
  read -r server server_ip < <(pod_of xds app=$2)
  prepare_container xds "$pod" "$ip" proxy "$server_ip $2 $2.xds.svc"
  mapfile -t -d '' argv <"$WORK/pods/xds.$pod/argv"
  run_container xds "$pod" "$ENVOY" "${argv[@]}" --concurrency 1
  await "xds.$pod" 30 ready answers "xds.$pod" 9901/ready
}
