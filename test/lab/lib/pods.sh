# What a container runtime would do for the pods of the API server: a network namespace, files, programs, processes.

# running_pods -> "namespace name ip app version proxy istiod workload uid" per pod that runs
running_pods() {
  kubectl get pods -A -o json | jq -r '.items[] | select(.status.phase == "Running" and .status.podIP and .metadata.deletionTimestamp == null) |
    [.metadata.namespace, .metadata.name, .status.podIP, .metadata.labels.app, .metadata.labels.version // "-",
     (.metadata.annotations | .["lab/proxy"], .["lab/istiod"], .["lab/workload"]), .metadata.uid] | join(" ")' | sort
}

# all_scheduled: every workload has its pods (those that end, or wait for a node, are not counted)
all_scheduled() {
  local want have
  want=$(workloads | awk '$3 !~ /^(report|broken|pending-v1)$/ { n += $8 } END { print n }')
  have=$(running_pods | wc -l)
  [ "$have" -ge "$want" ]
}

# link_programs FOLDER PROGRAM...: the programs a container has
link_programs() {
  local folder=$1 program
  shift
  mkdir -p "$folder"
  for program in "$@"; do
    case $program in
    pilot-*) ln -sf "$ISTIO_BIN/$program" "$folder/$program" ;;
    *) ln -sf "$(command -v "$program")" "$folder/$program" ;;
    esac
  done
}

# make_containers FOLDER NETNS APP PROXY WORKLOAD: programs and logs per container. Not all proxies have the same programs,
# as with real images: reviews-v2 is "distroless", envoy-edge has nothing, kuma-sidecar has wget only.
make_containers() {
  local containers=$1/containers netns=$2 app=$3 proxy=$4 log=$WORK/log
  link_programs "$containers/$app/bin" sh ls cat env
  ln -sf "$log/app.$netns.log" "$containers/$app/log"
  case $proxy in
  none) ;;
  istiod) link_programs "$containers/discovery/bin" pilot-discovery curl sh ls cat env && ln -sf "$log/$netns.log" "$containers/discovery/log" ;;
  native) link_programs "$containers/istio-proxy/bin" pilot-agent && ln -sf "$log/$netns.log" "$containers/istio-proxy/log" ;;
  kuma) link_programs "$containers/kuma-sidecar/bin" wget sh && ln -sf "$log/$netns.log" "$containers/kuma-sidecar/log" ;;
  edge) link_programs "$containers/envoy/bin" && link_programs "$containers/shutdown-manager/bin" && ln -sf "$log/$netns.log" "$containers/envoy/log" ;;
  *) link_programs "$containers/istio-proxy/bin" pilot-agent curl sh ls cat env ss && ln -sf "$log/$netns.log" "$containers/istio-proxy/log" ;;
  esac
}

# api_token NAMESPACE SERVICE_ACCOUNT POD: the token a kubelet would mount for istiod
api_token() {
  curl -sf --cacert "$WORK/certs/ca.crt" -H 'Authorization: Bearer admintoken' -H 'Content-Type: application/json' \
    "$API_SERVER/api/v1/namespaces/$1/serviceaccounts/$2/token" \
    -d "{\"spec\":{\"audiences\":[\"istio-ca\"],\"expirationSeconds\":86400,\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"$3\"}}}" |
    jq -r .status.token
}

start_istiod() { # NAMESPACE POD IP
  local netns=$1.$2
  (cd "$WORK/pods/$netns" && start "$netns" ip netns exec "$netns" env POD_NAME="$2" POD_NAMESPACE="$1" INSTANCE_IP="$3" REVISION=default CLUSTER_ID=Kubernetes \
    PILOT_ENABLE_METADATA_EXCHANGE=false PILOT_ENABLE_ALPN_FILTER=false INJECTION_WEBHOOK_CONFIG_NAME= VALIDATION_WEBHOOK_CONFIG_NAME= \
    "$ISTIO_BIN/pilot-discovery" discovery --kubeconfig "$KUBECONFIG" --meshConfig "$LAB/manifests/mesh.yaml")
}

# pilot-agent reads and writes below its working directory, as uid 1337: the rules of the pod's iptables spare that user.
start_agent() { # NAMESPACE POD IP APP VERSION PROXY WORKLOAD
  local ns=$1 pod=$2 ip=$3 app=$4 version=$5 role=sidecar workload=$7 netns=$1.$2 folder=$WORK/pods/$1.$2
  [ "$6" = router ] && role=router
  if alive "$netns"; then
    [ -n "$(envoy_child "$netns")" ] && return
    stop "$netns" # its Envoy was killed: it is about to end, as its container would
  fi
  mkdir -p "$folder"/var/run/secrets/{tokens,istio} "$folder"/etc/istio/{pod,proxy} "$folder"/var/lib/istio/{envoy,data}
  api_token "$ns" "$app" "$pod" >"$folder/var/run/secrets/tokens/istio-token"
  cp "$WORK/root-cert.pem" "$folder/var/run/secrets/istio/root-cert.pem"
  kubectl -n "$ns" get pod "$pod" -o json | jq -r '.metadata.labels | to_entries[] | "\(.key)=\"\(.value)\""' >"$folder/etc/istio/pod/labels"
  echo 'prometheus.io/scrape="true"' >"$folder/etc/istio/pod/annotations"
  cp "$ISTIO_BIN/envoy_bootstrap.json" "$folder/var/lib/istio/envoy/envoy_bootstrap_tmpl.json"
  chown -R 1337:1337 "$folder"
  if [ $role = sidecar ] && ! inside "$netns" iptables -t nat -S 2>/dev/null | grep -q ISTIO_OUTPUT; then
    inside "$netns" "$ISTIO_BIN/pilot-agent" istio-iptables -p 15001 -z 15006 -u 1337 -m REDIRECT -i '*' -x '' -b '*' -d 15090,15021,15020 \
      >"$WORK/log/iptables.$netns.log" 2>&1 || part_failed "iptables.$netns" "traffic redirection failed"
  fi
  # Envoy opens /dev/stdout anew, as uid 1337, where it logs to it: a file may be opened by its owner.
  touch "$WORK/log/$netns.log" && chown 1337:1337 "$WORK/log/$netns.log"
  # dac_read_search: the programs may be in a home folder that uid 1337 cannot enter
  (cd "$folder" && start "$netns" ip netns exec "$netns" setpriv --reuid 1337 --regid 1337 --clear-groups --inh-caps +dac_read_search --ambient-caps +dac_read_search \
    env -i PATH=/usr/bin:/bin HOME="$folder" POD_NAME="$pod" POD_NAMESPACE="$ns" INSTANCE_IP="$ip" SERVICE_ACCOUNT="$app" HOST_IP=127.0.0.1 \
    ISTIO_META_CLUSTER_ID=Kubernetes ISTIO_META_MESH_ID=cluster.local ISTIO_META_NODE_NAME=node-1 ISTIO_META_WORKLOAD_NAME="$workload" \
    ISTIO_META_OWNER="kubernetes://apis/apps/v1/namespaces/$ns/deployments/$workload" ISTIO_META_INTERCEPTION_MODE=REDIRECT ISTIO_META_APP_CONTAINERS="$app" \
    TRUST_DOMAIN=cluster.local JWT_POLICY=third-party-jwt CA_ADDR=istiod.istio-system.svc:15012 PILOT_CERT_PROVIDER=istiod \
    PROXY_CONFIG="{\"binaryPath\":\"$ENVOY\",\"discoveryAddress\":\"istiod.istio-system.svc:15012\",\"concurrency\":1}" \
    "$ISTIO_BIN/pilot-agent" proxy $role --domain "$ns.svc.cluster.local" --proxyLogLevel=warning --log_output_level=default:info)
}

# An Envoy whose configuration has changed (istiod has another address) is started anew.
start_plain_envoy() { # NAMESPACE POD IP APP PROXY ISTIOD_IP
  local netns=$1.$2 config=$WORK/pods/$1.$2/envoy.yaml
  sed "s/@IP@/$3/;s/@POD@/$2/g;s/@NS@/$1/g;s/@APP@/$4/g;s/@ISTIOD@/$6/" "$LAB/manifests/envoy-$5.yaml" >"$config.new"
  cmp -s "$config" "$config.new" || stop "$netns"
  mv "$config.new" "$config"
  start "$netns" ip netns exec "$netns" "$ENVOY" -c "$config" --log-level warning --concurrency 1 --disable-hot-restart
}

# prepare_pod POD_LINE ISTIOD_A ISTIOD_B SERVICES: its network namespace, names and programs
prepare_pod() {
  local ns pod ip app version proxy istiod workload uid netns istiod_ip=$2
  read -r ns pod ip app version proxy istiod workload uid <<<"$1"
  netns=$ns.$pod
  [ "$istiod" = b ] && istiod_ip=$3
  make_netns "$netns" "$ip"
  write_hosts "$netns" "$ns" "$pod" "$ip" "$istiod_ip" "$4"
  make_containers "$WORK/pods/$netns" "$netns" "$app" "$proxy"
  echo "$uid" >"$WORK/pods/$netns/uid"
}

# run_pod POD_LINE ISTIOD_A ISTIOD_B: starts what its annotations say; what runs already stays
run_pod() {
  local ns pod ip app version proxy istiod workload uid netns istiod_ip=$2
  read -r ns pod ip app version proxy istiod workload uid <<<"$1"
  netns=$ns.$pod
  [ "$istiod" = b ] && istiod_ip=$3
  case $proxy in
  istiod) start_istiod "$ns" "$pod" "$ip" && return ;;
  router) ;;
  odd) start "app.$netns" ip netns exec "$netns" python3 -u "$LAB/odd-admin.py" && return ;;
  *) start "app.$netns" ip netns exec "$netns" python3 -u "$LAB/app.py" "$pod" 9080 ;;
  esac
  case $proxy in
  sidecar | native | router) start_agent "$ns" "$pod" "$ip" "$app" "$version" "$proxy" "$workload" ;;
  warming | kuma | edge) start_plain_envoy "$ns" "$pod" "$ip" "$app" "$proxy" "$istiod_ip" ;;
  esac
}

# each_pod FUNCTION PROXY_PATTERN: the function for every pod whose kind of proxy matches, side by side
each_pod() {
  local line istiods services failed=0 job jobs=()
  mapfile -t istiods < <(running_pods | awk '$6 == "istiod" { print $3 }')
  services=$(kubectl get services -A -o json | jq -r '.items[] | "\(.metadata.namespace) \(.metadata.name) \(.spec.clusterIP)"')
  while read -r line; do
    [[ $(cut -d' ' -f6 <<<"$line") =~ ^($2)$ ]] || continue
    "$1" "$line" "${istiods[0]}" "${istiods[1]}" "$services" &
    jobs+=($!)
  done < <(running_pods)
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  [ $failed = 0 ] || die "not every pod could be started"
}

# remove_gone_pods: a pod that the API server no longer has loses its processes and its namespace. A StatefulSet's pod
# comes back with the same name: the uid tells.
remove_gone_pods() {
  local netns pods
  pods=$(running_pods | awk '{ print $1 "." $2, $9 }')
  for netns in $(lab_netns); do
    grep -qxF -- "$netns $(cat "$WORK/pods/$netns/uid" 2>/dev/null)" <<<"$pods" && continue
    stop "$netns"
    stop "app.$netns"
    remove_netns "$netns"
    rm -rf "${WORK:?}/pods/$netns"
  done
}

# move_proxies: proxies remember their istiod's address for half a minute; where the istiods are new ones, every proxy starts anew
move_proxies() {
  local netns now
  now=$(running_pods | awk '$6 == "istiod" { print $1 "." $2, $3 }')
  if [ -f "$WORK/istiods" ] && [ "$now" != "$(cat "$WORK/istiods")" ]; then
    for netns in $(lab_netns); do stop "$netns" & done
    wait
  fi
  echo "$now" >"$WORK/istiods"
}

istiod_ready() { inside "$1" curl -sf -m 2 localhost:8080/ready; }
proxy_ready() { inside "$1" curl -sf -m 2 localhost:15021/healthz/ready; }
envoy_answers() { inside "$1" curl -sf -m 2 "localhost:$2/server_info"; }

await_istiods() {
  local netns
  for netns in $(running_pods | awk '$6 == "istiod" { print $1 "." $2 }'); do await "$netns" 90 ready istiod_ready "$netns"; done
}

# proxies_connected: every proxy that should is connected to one of the istiods
proxies_connected() {
  local want have
  want=$(running_pods | awk '$6 ~ /^(sidecar|native|router|warming)$/' | wc -l)
  have=$(running_pods | awk '$6 == "istiod" { print $1 "." $2 }' | while read -r netns; do
    inside "$netns" curl -sf -m 2 localhost:15014/debug/syncz | jq -r '.[] | select(.resources) | .proxy'
  done | sort -u | wc -l)
  [ "$have" -ge "$want" ]
}

await_connections() { await kube-apiserver 60 "seeing all proxies connected to istiod" proxies_connected; }

await_root_certificate() {
  local i
  for i in $(seq 100); do
    kubectl -n default get configmap istio-ca-root-cert -o jsonpath='{.data.root-cert\.pem}' >"$WORK/root-cert.pem" 2>/dev/null && [ -s "$WORK/root-cert.pem" ] && return
    sleep 0.2
  done
  die "istiod wrote no config map istio-ca-root-cert"
}

# The nack pod is never ready: that is what it is for. It answers, and so must the Envoys that warm for ever.
await_proxies() {
  local ns pod ip app version proxy istiod workload uid
  while read -r ns pod ip app version proxy istiod workload uid; do
    case $app:$proxy in
    nack:* | *:warming) await "$ns.$pod" 60 "answering on its admin port" envoy_answers "$ns.$pod" 15000 ;;
    *:sidecar | *:native | *:router) await "$ns.$pod" 60 ready proxy_ready "$ns.$pod" ;;
    *:kuma) await "$ns.$pod" 30 "answering on its admin port" envoy_answers "$ns.$pod" 9901 ;;
    *:edge) await "$ns.$pod" 30 "answering on its admin port" envoy_answers "$ns.$pod" 19000 ;;
    esac
  done < <(running_pods)
}
