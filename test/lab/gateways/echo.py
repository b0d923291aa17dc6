"""The backends: any request to port 8080 is answered with the address that it came to, and what it was; below /slow after 2 seconds."""

import http.server
import json
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.startswith("/slow"):
            time.sleep(2)
        at = "%s:%d" % self.connection.getsockname()[:2]
        said = {"at": at, "method": self.command, "path": self.path, "host": self.headers.get("host")}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = answer

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64


Server(("0.0.0.0", 8080), Handler).serve_forever()
