// A control plane as users of go-control-plane write one: its snapshot cache behind its server, over ADS, incremental or not. It has a
// snapshot for each file NODE.json of a folder, {"version": …, "resources": […]}, and sends what is written into it later.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"
)

// byCluster knows a proxy by the cluster of its node.
type byCluster struct{}

func (byCluster) ID(node *core.Node) string { return node.GetCluster() }

func main() {
	address := flag.String("address", ":18000", "address to serve on")
	hash := flag.String("hash", "id", "what a proxy is known by: id or cluster")
	folder := flag.String("snapshots", ".", "folder with NODE.json")
	certs := flag.String("certs", "", "folder with tls.crt, tls.key and the ca.crt of clients; without it no TLS")
	flag.Parse()
	var nodes cache.NodeHash = cache.IDHash{}
	if *hash == "cluster" {
		nodes = byCluster{}
	}
	snapshots := cache.NewSnapshotCache(true, nodes, nil)
	go follow(snapshots, *folder)
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	var options []grpc.ServerOption
	if *certs != "" {
		options = append(options, grpc.Creds(mutual(*certs)))
	}
	served := grpc.NewServer(options...)
	discovery.RegisterAggregatedDiscoveryServiceServer(served, server.NewServer(context.Background(), snapshots, nil))
	log.Fatal(served.Serve(listener))
}

// follow sets the snapshot of each file that is new or has changed.
func follow(snapshots cache.SnapshotCache, folder string) {
	known := map[string]string{}
	for ; ; time.Sleep(50 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil || known[file] == string(text) {
				continue
			}
			known[file] = string(text)
			node := strings.TrimSuffix(filepath.Base(file), ".json")
			snapshot, err := read(text)
			if err == nil {
				err = snapshots.SetSnapshot(context.Background(), node, snapshot)
			}
			log.Printf("snapshot of %s: %v", node, err)
		}
	}
}

func read(text []byte) (*cache.Snapshot, error) {
	var file struct {
		Version   string            `json:"version"`
		Resources []json.RawMessage `json:"resources"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	byType := map[resource.Type][]types.Resource{}
	for _, each := range file.Resources {
		var packed anypb.Any
		if err := protojson.Unmarshal(each, &packed); err != nil {
			return nil, err
		}
		message, err := packed.UnmarshalNew()
		if err != nil {
			return nil, err
		}
		byType[packed.TypeUrl] = append(byType[packed.TypeUrl], message)
	}
	return cache.NewSnapshot(file.Version, byType)
}

// mutual is TLS with a certificate of the client.
func mutual(folder string) credentials.TransportCredentials {
	own, err := tls.LoadX509KeyPair(filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"))
	if err != nil {
		log.Fatal(err)
	}
	roots, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	return credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{own}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert})
}
