// Streams is the kubelet's streaming half for the lab's fake node: kwok keeps node and pod status, this serves
// port-forward, exec and logs. Pods are network namespaces named NAMESPACE.POD and folders of the same name.
package main

import (
	"bytes"
	"flag"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

const (
	idleTimeout           = 4 * time.Hour // the kubelet's streamingConnectionIdleTimeout
	streamCreationTimeout = 30 * time.Second
)

// The main thread stays with main: it stands for the process in /proc, and must not be one that enters a pod's namespace.
func init() { runtime.LockOSThread() }

func main() {
	address := flag.String("address", "127.0.0.1:10247", "address to serve on")
	cert := flag.String("cert", "", "TLS certificate file")
	key := flag.String("key", "", "TLS key file")
	pods := flag.String("pods", "", "folder with one folder per pod, NAMESPACE.POD/containers/CONTAINER/bin")
	flag.Parse()

	mux := http.NewServeMux()
	mux.HandleFunc("/portForward/{namespace}/{pod}", func(w http.ResponseWriter, r *http.Request) {
		options, err := portforward.NewV4Options(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		portforward.ServePortForward(w, r, forwarder{}, netnsOf(r), "", options,
			idleTimeout, streamCreationTimeout, portforward.SupportedProtocols)
	})
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		options, err := remotecommand.NewOptions(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		remotecommand.ServeExec(w, r, executor{pods: *pods}, netnsOf(r), "", r.PathValue("container"),
			r.URL.Query()["command"], options, idleTimeout, streamCreationTimeout, remotecommand.SupportedStreamingProtocols)
	})
	mux.HandleFunc("/containerLogs/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(filepath.Join(*pods, netnsOf(r), "containers", r.PathValue("container"), "log"))
		if err != nil {
			http.Error(w, "no log of this container", http.StatusNotFound)
			return
		}
		query := r.URL.Query()
		_, _ = w.Write(lastLines(newLines(text, query.Get("sinceSeconds"), time.Now()), query.Get("tailLines")))
	})
	log.Fatal(http.ListenAndServeTLS(*address, *cert, *key, mux))
}

func netnsOf(r *http.Request) string { return r.PathValue("namespace") + "." + r.PathValue("pod") }

// newLines leaves out what Envoy wrote earlier, by the times that its own lines begin with: [2026-11-29 21:53:07.146]. A kubelet has a
// time of each line; here others are as old as the last of Envoy's.
func newLines(text []byte, seconds string, now time.Time) []byte {
	count, err := strconv.Atoi(seconds)
	if err != nil {
		return text
	}
	isNew := text
	for rest := text; len(rest) > 0; {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		written, err := time.ParseInLocation("[2006-01-02 15:04:05.000", string(line[:min(len(line), 24)]), time.Local)
		if err == nil && now.Sub(written) > time.Duration(count)*time.Second {
			isNew = after
		}
		rest = after
	}
	return isNew
}

func lastLines(text []byte, count string) []byte {
	want, err := strconv.Atoi(count)
	if err != nil {
		return text
	}
	for i := len(text) - 1; i > 0; i-- {
		if text[i-1] == '\n' {
			if want--; want <= 0 {
				return text[i:]
			}
		}
	}
	return text
}
