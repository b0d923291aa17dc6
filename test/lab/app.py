"""The application in every pod: answers any GET with its pod's name and the certificate names it was called with."""
import http.server
import json
import sys

NAME, PORT = sys.argv[1], int(sys.argv[2])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        text = {"pod": NAME, "path": self.path, "xfcc": self.headers.get("x-forwarded-client-cert", "")}
        body = (json.dumps(text) + "\n").encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("0.0.0.0", PORT), Handler).serve_forever()
