# Paths and names every part of the lab uses. Sourced; LAB is the folder of lab.sh.
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Two labs can be up at the same time: "mesh", and "gateways" with Envoy Gateway and Contour. Each has an API server and a network of its own.
PROXY_CONFIG_LAB=${PROXY_CONFIG_LAB:-mesh}
case $PROXY_CONFIG_LAB in
gateways) WORK=$LAB/.work-gateways BRIDGE=lab1 VETH=gate NET=10.78 ETCD_PORT=23791 ETCD_PEER_PORT=23801 KUBELET_PORT=10257 KWOK_PORT=10258 ;;
*) WORK=$LAB/.work BRIDGE=lab0 VETH=lab NET=10.77 ETCD_PORT=23790 ETCD_PEER_PORT=23800 KUBELET_PORT=10247 KWOK_PORT=10248 ;;
esac
CACHE=${PROXY_CONFIG_LAB_CACHE:-$HOME/.cache/kubectl-proxy-config-lab}

BRIDGE_IP=$NET.0.1
SERVICE_CIDR=10.96.0.0/16
API_SERVER=https://$BRIDGE_IP:6443

# A part's folder in the cache is named after its pins: a changed pin is a new build, an unchanged one is skipped.
pins_key() { cat "$@" | sha256sum | cut -c1-12; }
go_part_dir() { echo "$CACHE/$1-$(pins_key "$LAB/go/$1"/*)"; }
ENVOY_DIR=$CACHE/envoy-$(pins_key "$LAB/requirements.txt")

KUBE_BIN=$(go_part_dir kube)
ISTIO_BIN=$(go_part_dir istio)
KWOK_BIN=$(go_part_dir kwok)
ETCD_BIN=$(go_part_dir etcd)
STREAMS_BIN=$(go_part_dir streams)
CONTOUR_BIN=$(go_part_dir contour)
ENVOY_GATEWAY_BIN=$(go_part_dir envoy-gateway)
EGCTL_BIN=$(go_part_dir egctl)
GO_CONTROL_PLANE_BIN=$(go_part_dir go-control-plane)
# The ELF program, not the Python wrapper: pilot-agent executes it as another user.
ENVOY=$ENVOY_DIR/envoy

export KUBECONFIG=$WORK/kubeconfig
export PATH=$KUBE_BIN:$PATH

say() { printf 'lab: %s\n' "$*"; }
die() {
  printf 'lab: %s\n' "$*" >&2
  exit 1
}
require_root() { [ "$(id -u)" = 0 ] || die "this needs root: the lab makes network namespaces and iptables rules. Run it with sudo."; }
