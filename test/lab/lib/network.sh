# One bridge; one network namespace per pod, named NAMESPACE.POD, with a veth to the bridge.

make_bridge() {
  ip link show $BRIDGE >/dev/null 2>&1 && return
  ip link add $BRIDGE type bridge || die "network: cannot make a bridge (is this kernel allowed to?)"
  ip addr add $BRIDGE_IP/16 dev $BRIDGE
  ip link set $BRIDGE up
}

inside() { ip netns exec "$@"; }

# make_netns NETNS IP: a namespace that could not be finished is not left behind
make_netns() {
  [ -e "/var/run/netns/$1" ] && return
  ip netns add "$1" && connect_netns "$1" "$2" && return
  ip netns del "$1" 2>/dev/null
  die "network: cannot make the namespace $1"
}

connect_netns() {
  local veth
  veth=$VETH$(cut -d. -f3,4 <<<"$2" | tr . -)
  ip link del "$veth" 2>/dev/null # of a namespace that the kernel is still taking down
  ip link add "$veth" type veth peer name eth0 netns "$1" && ip link set "$veth" master $BRIDGE up && inside "$1" sh -ec "
    ip link set lo up
    ip addr add $2/16 dev eth0
    ip link set eth0 up
    ip route add default via $BRIDGE_IP
    echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start"
}

# write_hosts NETNS NAMESPACE POD IP ISTIOD_IP SERVICES: no DNS here, so every service name is in the hosts file.
# SERVICES has a line "namespace name address" per service. istiod's name leads to one replica, as kube-proxy's choice would.
write_hosts() {
  local folder=/etc/netns/$1
  mkdir -p "$folder"
  : >"$folder/resolv.conf"
  {
    printf '127.0.0.1 localhost\n%s %s\n%s istiod.istio-system.svc istiod.istio-system.svc.cluster.local\n' "$4" "$3" "$5"
    printf '10.97.1.12 mysql.example.internal\n10.97.9.9 late.example.internal\n'
    awk -v here="$2" '$3 != "None" && $2 != "istiod" {
      full = $2 "." $1; print $3, ($1 == here ? $2 " " : "") full, full ".svc", full ".svc.cluster.local" }' <<<"$6"
  } >"$folder/hosts"
}

# remove_netns NETNS: ends what still lives in it, then removes it (its veth goes with it)
remove_netns() {
  local pid
  for pid in $(ip netns pids "$1" 2>/dev/null); do kill -CONT "$pid" 2>/dev/null; kill -KILL "$pid" 2>/dev/null; done
  ip netns del "$1" 2>/dev/null
  rm -rf "/etc/netns/$1"
}

lab_netns() { [ -d "$WORK/pods" ] && ls "$WORK/pods"; }
