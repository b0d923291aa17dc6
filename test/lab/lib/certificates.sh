# A certificate authority for the API server, its clients and the node; keys for service account tokens.

make_ca() { # NAME SUBJECT
  [ -f "$1.crt" ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.crt" -subj "$2" -days 3650 2>/dev/null
}

sign() { # NAME SUBJECT SUBJECT_ALT_NAME
  [ -f "$1.crt" ] && return
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" -days 3650 -extfile <(echo "$3") 2>/dev/null
}

make_certificates() {
  mkdir -p "$WORK/certs" && cd "$WORK/certs" || exit 1
  make_ca ca /CN=lab-ca
  make_ca other-ca /CN=another-ca
  sign apiserver /CN=kube-apiserver "subjectAltName=IP:$BRIDGE_IP,IP:10.96.0.1,DNS:kubernetes,DNS:kubernetes.default.svc"
  sign node /CN=node-1 subjectAltName=IP:127.0.0.1
  sign admin /O=system:masters/CN=admin-cert extendedKeyUsage=clientAuth
  sign shop /CN=shop.example.com subjectAltName=DNS:shop.example.com
  # The serial number begins with half a byte of zero, which Envoy's own tools print and istioctl does not.
  [ -f gateway.crt ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout gateway.key -out gateway.crt -subj /CN=bookinfo.example.com \
    -set_serial 0x09249c607e1d356a991855fefbda859d6b1998 -addext subjectAltName=DNS:bookinfo.example.com -days 365 2>/dev/null
  [ -f sa.key ] || { openssl genrsa -out sa.key 2048 && openssl rsa -in sa.key -pubout -out sa.pub; } 2>/dev/null
}

# One context per kind of user a test needs; the current one is local.
write_kubeconfig() {
  local ca other user
  ca=$(base64 -w0 "$WORK/certs/ca.crt")
  other=$(base64 -w0 "$WORK/certs/other-ca.crt")
  printf '%stoken,%s,%s,%s\n' admin admin 1 system:masters dev dev 2 devs ops ops 3 ops nobody nobody 4 none execonly execonly 5 none >"$WORK/tokens.csv"
  {
    cat <<K
apiVersion: v1
kind: Config
current-context: local
clusters:
- {name: lab, cluster: {server: "$API_SERVER", certificate-authority-data: $ca}}
- {name: wrong-ca, cluster: {server: "$API_SERVER", certificate-authority-data: $other}}
- {name: down, cluster: {server: "https://$BRIDGE_IP:6444", certificate-authority-data: $ca}}
users:
- {name: cert, user: {client-certificate: $WORK/certs/admin.crt, client-key: $WORK/certs/admin.key}}
- {name: wrong-token, user: {token: not-a-token}}
K
    for user in admin dev ops nobody execonly; do echo "- {name: $user, user: {token: ${user}token}}"; done
    echo contexts:
    echo "- {name: local, context: {cluster: lab, user: admin}}"
    for user in dev ops nobody execonly cert wrong-token; do echo "- {name: $user, context: {cluster: lab, user: $user}}"; done
    for user in wrong-ca down; do echo "- {name: $user, context: {cluster: $user, user: admin}}"; done
  } >"$KUBECONFIG"
  chmod 600 "$KUBECONFIG"
}
