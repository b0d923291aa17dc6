# The workloads as one table, and the Kubernetes objects made of it.
#
# proxy: istiod   an istiod replica             router   a gateway's Envoy          sidecar  a sidecar
#        native   a sidecar in initContainers   warming  an Envoy that never gets ready
#        offline  a proxy container, no Envoy   none     no proxy                   NAME     an Envoy with manifests/envoy-NAME.yaml
# istiod: which of the two replicas (in the order of their pod names) the proxy talks to.
# ports: of the Service with the app's name, PORT:NAME:TARGET; "-" makes no Service.
WORKLOADS='
# namespace    kind                  name                   app                    version proxy   istiod replicas ports
istio-system   Deployment            istiod                 istiod                 -       istiod  -      2 15010:grpc-xds:15010,15012:https-dns:15012,443:https-webhook:15017,15014:http-monitoring:15014
istio-system   Deployment            istio-ingressgateway   istio-ingressgateway   -       router  a      1 80:http2:8080,443:https:8443,9443:https-missing:9443,15021:status-port:15021
default        Deployment            bookinfo-gateway-istio bookinfo-gateway-istio -       router  b      1 80:http:80,15021:status-port:15021
default        Deployment            productpage-v1         productpage            v1      sidecar a      1 9080:http:9080
default        Deployment            reviews-v1             reviews                v1      sidecar a      1 9080:http:9080
default        Deployment            reviews-v2             reviews                v2      native  b      1 9080:http:9080
default        Deployment            details-v1             details                v1      sidecar a      1 9080:http:9080
default        Deployment            ratings-v1             ratings                v1      warming a      1 9080:http:9080
default        Deployment            nack-v1                nack                   v1      sidecar b      1 9080:http:9080
default        Deployment            offline-v1             offline                v1      offline a      1 9080:http:9080
default        Deployment            legacy-v1              legacy                 v1      none    -      1 9080:http:9080
default        StatefulSet           carts                  carts                  v1      sidecar b      1 9080:http:9080
default        DaemonSet             agent                  agent                  v1      sidecar a      1 9080:http:9080
default        Job                   import                 import                 v1      sidecar b      1 -
default        ReplicationController catalog                catalog                v1      kuma    -      1 9080:http:9080
default        Job                   report                 report                 v1      none    -      1 -
default        Job                   broken                 broken                 v1      none    -      1 -
default        Deployment            pending-v1             pending                v1      offline -      1 9080:http:9080
default        Deployment            odd-v1                 odd                    v1      odd     -      1 -
edge           Deployment            envoy-edge             edge                   -       edge    -      1 80:http:10080
staging        Deployment            productpage-v1         productpage            v1      sidecar b      1 9080:http:9080
warm           Deployment            slow-v1                slow                   v1      warming b      1 9080:http:9080
'
workloads() { grep -v -e '^$' -e '^#' <<<"$WORKLOADS"; }

# labels NAME APP VERSION PROXY -> the pod's labels, inside of {}
labels() {
  local text="app: $2"
  [ "$3" = - ] || text+=", version: $3"
  case $4 in
  istiod) text+=", istio: pilot, istio.io/rev: default" ;;
  sidecar | native) text+=", security.istio.io/tlsMode: istio, service.istio.io/canonical-name: $2, service.istio.io/canonical-revision: $3" ;; # the injector's work; without tlsMode traffic stays plaintext
  esac
  case $1 in
  istio-ingressgateway) text+=", istio: ingressgateway, istio.io/rev: default" ;;
  bookinfo-gateway-istio) text+=", gateway.networking.k8s.io/gateway-name: bookinfo-gateway" ;;
  envoy-edge) text+=", app.kubernetes.io/name: envoy, app.kubernetes.io/component: proxy, app.kubernetes.io/managed-by: envoy-gateway, gateway.envoyproxy.io/owning-gateway-name: edge, gateway.envoyproxy.io/owning-gateway-namespace: edge" ;;
  esac
  echo "$text"
}

# containers APP PROXY -> the container part of a pod spec, two spaces deep
containers() {
  local app="{name: $1, image: \"example/$1:1\", ports: [{containerPort: 9080}]}"
  local proxy='image: "istio/proxyv2:1.31", ports: [{containerPort: 15090, name: http-envoy-prom}]'
  case $2 in
  istiod) echo 'containers: [{name: discovery, image: "istio/pilot:1.31", args: [discovery]}]' ;;
  router) echo "containers: [{name: istio-proxy, args: [proxy, router], $proxy}]" ;;
  native) echo "initContainers: [{name: istio-init, image: \"istio/proxyv2:1.31\"}, {name: istio-proxy, restartPolicy: Always, args: [proxy, sidecar], $proxy}]
  containers: [$app]" ;;
  none) echo "containers: [$app]" ;;
  kuma) echo "containers: [$app, {name: kuma-sidecar, image: \"kumahq/kuma-dp:2.11\", args: [run]}]" ;;
  edge) echo 'containers: [{name: envoy, image: "envoyproxy/envoy:distroless-v1.38", ports: [{containerPort: 10080, name: http-80}, {containerPort: 19001, name: metrics}]}, {name: shutdown-manager, image: "envoyproxy/gateway:v1.7"}]' ;;
  *) echo "containers: [$app, {name: istio-proxy, args: [proxy, sidecar], $proxy}]" ;;
  esac
}

write_workload() {
  local ns=$1 kind=$2 name=$3 app=$4 version=$5 proxy=$6 istiod=$7 replicas=$8 labels api=apps/v1 head template
  labels=$(labels "$name" "$app" "$version" "$proxy")
  head="selector: {matchLabels: {app: $app$([ "$version" = - ] || echo ", version: $version")}}"
  case $kind in
  Deployment) head+="
  replicas: $replicas" ;;
  StatefulSet) head+="
  replicas: $replicas
  serviceName: $app" ;;
  Job) api=batch/v1 head='backoffLimit: 0' ;;
  ReplicationController) api=v1 head="replicas: $replicas
  selector: {app: $app}" ;;
  esac
  cat <<Y
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: $app, namespace: $ns}
---
apiVersion: $api
kind: $kind
metadata: {name: $name, namespace: $ns, labels: {$labels}}
spec:
  $head
  template:
    metadata:
      labels: {$labels}
      annotations: {lab/proxy: $proxy, lab/istiod: "$istiod", lab/workload: $name$(end_of "$name")}
    spec:
      serviceAccountName: $app
      restartPolicy: $([ "$kind" = Job ] && echo Never || echo Always)
$([ "$name" = pending-v1 ] || echo "      nodeName: node-1") # no scheduler here: what names no node stays Pending
$(containers "$app" "$proxy" | sed 's/^ *//; s/^/      /')
Y
}

# end_of NAME -> the annotation that makes kwok end a Job's pod
end_of() {
  case $1 in
  report) echo ', lab/end: Succeeded' ;;
  broken) echo ', lab/end: Failed' ;;
  esac
}

write_service() {
  local ns=$1 app=$2 port name target
  printf -- '---\napiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s, labels: {app: %s}}\nspec:\n  selector: {app: %s}\n  ports:\n' "$app" "$ns" "$app" "$app"
  tr , '\n' <<<"$3" | while IFS=: read -r port name target; do echo "  - {port: $port, name: $name, targetPort: $target}"; done
}

write_workloads() {
  local ns kind name app version proxy istiod replicas ports
  while read -r ns kind name app version proxy istiod replicas ports; do
    write_workload "$ns" "$kind" "$name" "$app" "$version" "$proxy" "$istiod" "$replicas"
    [ "$ports" = - ] || write_service "$ns" "$app" "$ports"
  done < <(workloads)
}
