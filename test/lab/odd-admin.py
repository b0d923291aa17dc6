"""Admin ports that misbehave, one per port, all on the pod's loopback.

19101 a config dump of 100 MB, chunked    19102 a body cut halfway     19103 accepts and never answers
19104 404 to everything                   19105 a web page, not Envoy  19106 a slow body: a byte a second
"""
import http.server
import json
import threading
import time

CLUSTERS = "type.googleapis.com/envoy.admin.v3.ClustersConfigDump"
CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
SIZE = 100_000_000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def start(self, status, kind, **headers):
        self.send_response(status)
        self.send_header("content-type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def do_GET(self):
        getattr(self, "port_%d" % self.server.server_address[1])()

    def port_19101(self):
        self.start(200, "application/json", transfer_encoding="chunked")
        self.chunk(b'{"configs":[{"@type":"%s","dynamic_active_clusters":[' % CLUSTERS.encode())
        sent = number = 0
        while sent < SIZE:
            part = []
            for _ in range(200):
                cluster = {"@type": CLUSTER, "name": "outbound|80||service-%06d.big.svc.cluster.local" % number, "type": "EDS",
                           "connect_timeout": "10s", "metadata": {"filter_metadata": {"istio": {"padding": "x" * 600}}}}
                part.append(json.dumps({"version_info": "1", "cluster": cluster}))
                number += 1
            data = (("," if sent else "") + ",".join(part)).encode()
            self.chunk(data)
            sent += len(data)
        self.chunk(b"]}]}")
        self.wfile.write(b"0\r\n\r\n")

    def port_19102(self):
        body = b'{"configs":[{"@type":"%s","dynamic_active_clusters":[{"version_info":"1"' % CLUSTERS.encode()
        self.start(200, "application/json", content_length=str(2 * len(body)))
        self.wfile.write(body)
        self.close_connection = True

    def port_19103(self):
        time.sleep(3600)

    def port_19104(self):
        self.start(404, "text/plain", content_length="10")
        self.wfile.write(b"not found\n")

    def port_19105(self):
        body = b"<!doctype html><title>It works</title>\n"
        self.start(200, "text/html", content_length=str(len(body)))
        self.wfile.write(body)

    def port_19106(self):
        body = b'{"configs":[]}' + b" " * 3600
        self.start(200, "application/json", content_length=str(len(body)))
        for i in range(len(body)):
            self.wfile.write(body[i:i + 1])
            self.wfile.flush()
            time.sleep(1)

    def log_message(self, *args):
        pass


def serve(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.serve_forever()


for port in range(19101, 19107):
    threading.Thread(target=serve, args=(port,)).start()
