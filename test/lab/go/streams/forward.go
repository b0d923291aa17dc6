package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

const netnsFolder = "/var/run/netns"

type forwarder struct{}

// PortForward copies between the stream and the pod's loopback the way containerd does, its words and its one second
// of grace after either side has ended included.
func (forwarder) PortForward(ctx context.Context, netns, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	path := filepath.Join(netnsFolder, netns)
	conn, err := dialInside(path, port)
	if err == nil {
		defer conn.Close()
		err = copyBoth(ctx, stream, conn)
	}
	if err != nil {
		return fmt.Errorf("failed to execute portforward in network namespace %q: %w", path, err)
	}
	return nil
}

// dialInside connects to a port of the namespace's loopback. A socket stays in the namespace it was made in, so only
// the thread that dials has to be there; the thread ends with its goroutine and is never used again.
func dialInside(path string, port int32) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	done := make(chan result)
	go func() {
		runtime.LockOSThread()
		file, err := os.Open(path)
		if err != nil {
			done <- result{nil, err}
			return
		}
		defer file.Close()
		if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- result{nil, err}
			return
		}
		text := strconv.Itoa(int(port))
		conn, err4 := net.Dial("tcp4", net.JoinHostPort("127.0.0.1", text))
		if err4 == nil {
			done <- result{conn, nil}
			return
		}
		conn, err6 := net.Dial("tcp6", net.JoinHostPort("::1", text))
		if err6 == nil {
			done <- result{conn, nil}
			return
		}
		done <- result{nil, fmt.Errorf("failed to connect to localhost:%d inside namespace %q, IPv4: %v IPv6 %v ",
			port, filepath.Base(path), err4, err6)}
	}()
	r := <-done
	return r.conn, r.err
}

func copyBoth(ctx context.Context, stream io.ReadWriter, conn net.Conn) error {
	ended := make(chan error, 2)
	go func() {
		_, err := io.Copy(stream, conn)
		ended <- err
	}()
	go func() {
		_, err := io.Copy(conn, stream)
		ended <- err
	}()
	var first error
	select {
	case first = <-ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case second := <-ended:
		if first == nil {
			first = second
		}
	case <-time.After(time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	return first
}
