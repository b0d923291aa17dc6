# The lab of gateways: what Envoy Gateway and Contour have in common. Their pods are what the real manifests and controllers make; kwok
# gives them a status, and the one container that matters of each is started here.

# apply_all FILE...: server-side, for some definitions are too large for an annotation
apply_all() {
  local file
  for file in "$@"; do apply -f "$file"; done
}

# name_node FILE REPLICAS: a Deployment or DaemonSet whose pods need no scheduler
name_node() { sed "s/^    spec:\$/    spec:\n      nodeName: node-1/; s/^  replicas: .*/  replicas: $2/" "$1"; }

# pod_of NAMESPACE SELECTOR -> "name ip" of its newest running pod
pod_of() {
  kubectl get pods -n "$1" -l "$2" -o json |
    jq -r '[.items[] | select(.status.podIP and .metadata.deletionTimestamp == null)] | sort_by(.metadata.creationTimestamp) | last // empty | "\(.metadata.name) \(.status.podIP)"'
}
has_pod() { [ -n "$(pod_of "$1" "$2")" ]; }

# prepare_container NAMESPACE POD IP CONTAINER [HOSTS-LINE...]: its network namespace and files; "streams" finds its log
prepare_container() {
  local ns=$1 pod=$2 ip=$3 container=$4 netns=$1.$2 folder=$WORK/pods/$1.$2
  shift 4
  make_netns "$netns" "$ip"
  mkdir -p "$folder/containers/$container/bin" "$folder/files"
  ln -sf "$WORK/log/$netns.log" "$folder/containers/$container/log"
  python3 "$LAB/gateways/kubelet.py" "$ns" "$pod" "$container" "$folder" $BRIDGE_IP "$@" || die "the files of pod $ns/$pod could not be made"
}

# start_orphan NAME PROGRAM ARGUMENTS...: as "start", but its parent is init from the beginning: Envoy of PyPI ends with its parent
start_orphan() {
  local name=$1 pid
  shift
  alive "$name" && return 0
  rm -f "$WORK/pid/$name.new"
  setsid -f nohup bash -c 'echo $$ >"$0"; exec "$@"' "$WORK/pid/$name.new" "$@" >>"$WORK/log/$name.log" 2>&1 </dev/null
  until [ -s "$WORK/pid/$name.new" ]; do sleep 0.02; done
  pid=$(cat "$WORK/pid/$name.new")
  rm "$WORK/pid/$name.new"
  echo "$pid $(start_time "$pid")" >"$WORK/pid/$name"
}

# run_container NAMESPACE POD PROGRAM ARGUMENTS...
run_container() {
  local netns=$1.$2 folder=$WORK/pods/$1.$2
  shift 2
  LAB=$LAB CACHE=$CACHE start_orphan "$netns" bash "$LAB/gateways/container.sh" "$netns" "$folder" "$@"
}

# One namespace has all backends, an address each; Services and EndpointSlices without pods lead to them.
BACKENDS=gateways.backends
start_backends() {
  local i
  make_netns $BACKENDS "$NET.2.1"
  mkdir -p "$WORK/pods/$BACKENDS"
  for i in $(seq 2 9); do inside $BACKENDS ip addr add "$NET.2.$i/16" dev eth0 2>/dev/null; done
  start $BACKENDS ip netns exec $BACKENDS python3 -u "$LAB/gateways/echo.py"
  start authz ip netns exec $BACKENDS node "$LAB/gateways/authz.mjs" "$NET.2.8"
}

# The port of the Service is 80, that of the pods TARGET.
write_backend() { # NAMESPACE NAME TARGET ADDRESS...
  local ns=$1 name=$2 target=$3 address
  shift 3
  cat <<Y
---
apiVersion: v1
kind: Service
metadata: { namespace: $ns, name: $name }
spec: { ports: [{ name: http, port: 80, targetPort: $target, protocol: TCP }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: $ns, name: $name-1, labels: { kubernetes.io/service-name: $name } }
addressType: IPv4
ports: [{ name: http, port: $target, protocol: TCP }]
endpoints: [$(for address in "$@"; do printf '{ addresses: [%s], conditions: { ready: true, serving: true } }, ' "$address"; done)]
Y
}

# apply_backends NAMESPACE: nobody listens where "down" leads, and "empty" leads nowhere
apply_backends() {
  {
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: { name: %s }\n' "$1"
    write_backend "$1" web 8080 "$NET.2.2" "$NET.2.3"
    write_backend "$1" canary 8080 "$NET.2.4"
    write_backend "$1" api 8080 "$NET.2.5" "$NET.2.6"
    write_backend "$1" mirror 8080 "$NET.2.7"
    write_backend "$1" down 8080 "$NET.2.250"
    write_backend "$1" empty 8080
    write_backend "$1" authz 9001 "$NET.2.8"
  } >"$WORK/backends-$1.yaml"
  apply -f "$WORK/backends-$1.yaml"
  kubectl create secret tls shop-cert -n "$1" --cert="$WORK/certs/shop.crt" --key="$WORK/certs/shop.key" --dry-run=client -o yaml | apply -f -
}

answers() { inside "$1" curl -sf -m 2 "http://127.0.0.1:$2"; }
listens() { inside "$1" bash -c "</dev/tcp/127.0.0.1/$2"; }

# remove_old_pods: processes of pods that are gone
remove_old_pods() {
  local netns pods
  pods=$(kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.namespace}.{.metadata.name}{"\n"}{end}')
  for netns in $(lab_netns); do
    [ "$netns" = $BACKENDS ] || grep -qxF -- "$netns" <<<"$pods" && continue
    stop "$netns"
    remove_netns "$netns"
    rm -rf "${WORK:?}/pods/$netns"
  done
}

up_gateways() { # PART...
  local part
  start_backends
  mkdir -p "$WORK/names"
  start dns python3 -u "$LAB/gateways/dns.py" $BRIDGE_IP "$WORK/names"
  echo "$*" >"$WORK/parts"
  for part in "$@"; do define_"${part//-/_}"; done
  kubectl wait --for=condition=Established crd --all --timeout=60s >/dev/null || die "the custom resource definitions are not established"
  sync_gateways
}

# sync_gateways: what should run, runs
sync_gateways() {
  local part parts
  read -ra parts <"$WORK/parts"
  remove_old_pods
  for part in "${parts[@]}"; do run_"${part//-/_}" & done
  for part in "${parts[@]}"; do wait -n || die "a part of the lab did not start"; done
}

status_gateways() {
  local name failed=0
  for name in $BACKENDS authz dns $(lab_netns | grep -vxF $BACKENDS); do
    if alive "$name"; then say "$name runs"; else say "$name does not run"; failed=1; fi
  done
  return $failed
}
