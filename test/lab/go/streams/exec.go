package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

type executor struct{ pods string }

// ExecInContainer runs a program in the pod's network namespace. A container has the programs its bin folder links to,
// and no other: what a container lacks fails with runc's words.
func (e executor) ExecInContainer(ctx context.Context, netns, _ string, container string, command []string, in io.Reader,
	out, errOut io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	pod := filepath.Join(e.pods, netns)
	bin := filepath.Join(pod, "containers", container, "bin")
	if _, err := os.Stat(bin); err != nil {
		return fmt.Errorf("container not found (%q)", container)
	}
	program := filepath.Join(bin, filepath.Base(command[0]))
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("failed to exec in container: "+
			"failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: "+
			"exec: %q: executable file not found in $PATH: unknown", command[0])
	}
	cmd := exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", netns, program}, command[1:]...)...)
	cmd.Dir = pod
	cmd.Env = []string{"PATH=" + bin, "HOME=/"}
	cmd.Stdout, cmd.Stderr = out, errOut
	cmd.WaitDelay = time.Second
	if in != nil {
		// A pipe of its own: Cmd.Wait would otherwise wait for the client to close its standard input.
		stdin, err := cmd.StdinPipe()
		if err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(stdin, in)
			_ = stdin.Close()
		}()
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}
