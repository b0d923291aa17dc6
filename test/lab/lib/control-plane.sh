# etcd, kube-apiserver, kube-controller-manager, the node (kwok and its streams) and the mesh's custom resources.

CONTROLLERS=serviceaccount-controller,serviceaccount-token-controller,root-ca-certificate-publisher-controller,deployment-controller,replicaset-controller
CONTROLLERS+=,replicationcontroller-controller,statefulset-controller,daemonset-controller,job-controller,endpointslice-controller,endpoints-controller
CONTROLLERS+=,node-lifecycle-controller,namespace-controller,garbage-collector-controller

start_api() {
  local certs=$WORK/certs
  start etcd "$ETCD_BIN/etcd" --data-dir "$WORK/etcd" --listen-client-urls http://127.0.0.1:$ETCD_PORT --advertise-client-urls http://127.0.0.1:$ETCD_PORT \
    --listen-peer-urls http://127.0.0.1:$ETCD_PEER_PORT --unsafe-no-fsync --log-level warn
  await etcd 30 listening curl -sf http://127.0.0.1:$ETCD_PORT/health
  start kube-apiserver "$KUBE_BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:$ETCD_PORT \
    --bind-address=$BRIDGE_IP --advertise-address=$BRIDGE_IP --secure-port=6443 --service-cluster-ip-range=$SERVICE_CIDR \
    --tls-cert-file="$certs/apiserver.crt" --tls-private-key-file="$certs/apiserver.key" --client-ca-file="$certs/ca.crt" \
    --token-auth-file="$WORK/tokens.csv" --authorization-mode=RBAC \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$certs/sa.pub" --service-account-signing-key-file="$certs/sa.key"
  await kube-apiserver 90 ready kubectl get --raw /readyz
}

# On a busy machine kwok may miss its heartbeats for a minute; the node and, for good, its pods would then be marked as not ready.
start_controllers() {
  start kube-controller-manager "$KUBE_BIN/kube-controller-manager" --kubeconfig="$KUBECONFIG" --leader-elect=false --secure-port=0 \
    --service-account-private-key-file="$WORK/certs/sa.key" --root-ca-file="$WORK/certs/ca.crt" --controllers=$CONTROLLERS \
    --node-monitor-grace-period=24h
  await kube-controller-manager 60 "making service accounts" kubectl -n default get serviceaccount default
}

# kwok plays the node's and the pods' status; streams serves port-forward, exec and logs, which kwok advertises as its kubelet port.
start_node() {
  local certs=$WORK/certs
  start streams "$STREAMS_BIN/streams" --address=127.0.0.1:$KUBELET_PORT --cert="$certs/node.crt" --key="$certs/node.key" --pods="$WORK/pods"
  start kwok "$KWOK_BIN/kwok" --kubeconfig="$KUBECONFIG" --manage-all-nodes=true --config="$LAB/manifests/kwok-stages.yaml" \
    --node-ip=127.0.0.1 --node-port=$KUBELET_PORT --server-address=127.0.0.1:$KWOK_PORT --cidr=$NET.1.1/24
  await streams 20 listening curl -sk https://127.0.0.1:$KUBELET_PORT/
  await kwok 60 "holding node-1 ready" kubectl wait --for=condition=Ready node/node-1 --timeout=1s
}

apply() {
  kubectl apply --server-side --force-conflicts "$@" >"$WORK/log/apply.log" 2>&1 || part_failed apply "kubectl apply $* failed"
}

apply_definitions() {
  apply -f "$ISTIO_BIN/istio-crds.yaml" -f "$ISTIO_BIN/gateway-api-crds"
  apply -f "$LAB/manifests/base.yaml" -f "$LAB/manifests/users.yaml"
}

apply_mesh() {
  kubectl wait --for=condition=Established crd --all --timeout=60s >/dev/null || die "the custom resource definitions are not established"
  kubectl create secret tls bookinfo-cert -n istio-system --cert="$WORK/certs/gateway.crt" --key="$WORK/certs/gateway.key" --dry-run=client -o yaml |
    apply -f -
  write_workloads >"$WORK/workloads.yaml"
  apply -f "$WORK/workloads.yaml" -f "$LAB/manifests/mesh-objects.yaml" -f "$LAB/manifests/gateway-api.yaml"
}

# mark_unschedulable: there is no scheduler to say why a pod without a node waits
mark_unschedulable() {
  local ns pod
  kubectl get pods -A -o json | jq -r '.items[] | select(.spec.nodeName == null and .status.conditions == null) | "\(.metadata.namespace) \(.metadata.name)"' |
    while read -r ns pod; do
      kubectl -n "$ns" patch pod "$pod" --subresource=status --patch \
        '{"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes are available: 1 Insufficient memory."}]}}' >/dev/null
    done
}
