package verify_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	controlapi "github.com/moby/buildkit/api/services/control"
	"google.golang.org/grpc"

	"dopt/internal/verify"
)

// dialVariable makes this program what "buildctl dial-stdio" is: it joins its standard streams with the socket that the
// variable names. Stand-ins for docker, podman, kubectl and buildctl end in it.
const dialVariable = "DOPT_TEST_DIAL"

func dialStdio(socket string) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go func() {
		_, _ = io.Copy(conn, os.Stdin) // the other direction tells the end
		_ = conn.(*net.UnixConn).CloseWrite()
	}()
	_, _ = io.Copy(os.Stdout, conn)
}

// A control answers what Connect asks a daemon.
type control struct {
	controlapi.UnimplementedControlServer
}

func (control) ListWorkers(context.Context, *controlapi.ListWorkersRequest) (*controlapi.ListWorkersResponse, error) {
	return &controlapi.ListWorkersResponse{}, nil
}

// fakeDaemon listens on a socket as a daemon does, and returns its path.
func fakeDaemon(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "d.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	controlapi.RegisterControlServer(server, control{})
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return socket
}

// standIn puts a command into PATH that notes its arguments and is dial-stdio for the socket. It returns the file of the notes.
func standIn(t *testing.T, name, socket string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	notes := filepath.Join(dir, "notes")
	script := fmt.Sprintf("#!/bin/sh\necho \"$*\" >>%s\n%s=%s exec %s\n", notes, dialVariable, socket, self)
	if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return notes
}

func TestConnect(t *testing.T) {
	t.Setenv("BUILDKIT_HOST", "")
	for _, c := range []struct{ addr, command, want string }{
		{"docker-container://builder", "docker", "exec -i builder buildctl dial-stdio"},
		{"podman-container://builder", "podman", "exec -i builder buildctl dial-stdio"},
		{"kube-pod://builder?namespace=ci", "kubectl", "--context= --namespace=ci exec --container= -i builder -- buildctl dial-stdio"},
		{"ssh://me@host:2222", "ssh", "-l me -p 2222 -- host buildctl dial-stdio"},
		{"buildx://big", "docker", "buildx dial-stdio --builder big"},
		{"buildx://", "docker", "buildx dial-stdio"},
		{"docker://", "docker", "buildx dial-stdio --builder default"},
		{"", "docker", "buildx dial-stdio"},
	} {
		t.Run(c.addr, func(t *testing.T) {
			if _, err := os.Stat("/run/buildkit/buildkitd.sock"); err == nil && c.addr == "" {
				t.Skip("this machine has a daemon")
			}
			notes := standIn(t, c.command, fakeDaemon(t))
			b, err := verify.Connect(t.Context(), verify.Endpoint{Addr: c.addr})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if got, err := os.ReadFile(notes); err != nil || strings.TrimSpace(string(got)) != c.want {
				t.Errorf("%s was called with %q (%v), want %q", c.command, got, err, c.want)
			}
		})
	}
	t.Run("BUILDKIT_HOST", func(t *testing.T) {
		t.Setenv("BUILDKIT_HOST", "unix://"+fakeDaemon(t))
		b, err := verify.Connect(t.Context(), verify.Endpoint{})
		if err != nil {
			t.Fatal(err)
		}
		b.Close()
	})
}

func TestNoBuilder(t *testing.T) {
	t.Setenv("BUILDKIT_HOST", "")
	_, err := verify.Connect(t.Context(), verify.Endpoint{Addr: "unix://" + filepath.Join(t.TempDir(), "none.sock")})
	if !errors.Is(err, verify.ErrNoBuilder) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat("/run/buildkit/buildkitd.sock"); err == nil {
		t.Skip("this machine has a daemon")
	}
	t.Setenv("PATH", t.TempDir())
	_, err = verify.Connect(t.Context(), verify.Endpoint{})
	for _, way := range []string{"docker buildx create", "docker-container://", "tcp://"} {
		if !errors.Is(err, verify.ErrNoBuilder) || !strings.Contains(err.Error(), way) {
			t.Errorf("%q is not in %v", way, err)
		}
	}
}

func TestTLSErrors(t *testing.T) {
	for _, e := range []verify.Endpoint{
		{Addr: "tcp://127.0.0.1:1", TLSDir: t.TempDir()}, {Addr: "unix:///x", TLSDir: certificates(t)}, {Addr: "tcp://127.0.0.1", TLSDir: certificates(t)},
	} {
		if _, err := verify.Connect(t.Context(), e); err == nil || errors.Is(err, verify.ErrNoBuilder) {
			t.Errorf("%+v: got %v", e, err)
		}
	}
}

// A daemon on TCP takes only those with a certificate of its authority.
func TestTLS(t *testing.T) {
	needBed(t)
	dir := certificates(t)
	port := freePort(t)
	cmd, err := bed.Command(t.Context(), "--root", t.TempDir(), "--addr", "tcp://127.0.0.1:"+port, "--oci-worker-snapshotter=native",
		"--tlscacert", filepath.Join(dir, "ca.pem"), "--tlscert", filepath.Join(dir, "cert.pem"), "--tlskey", filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended by now
		_ = cmd.Wait()
	})
	builder := connectSoon(t, verify.Endpoint{Addr: "tcp://127.0.0.1:" + port, TLSDir: dir}, &log)
	defer builder.Close()
	image, err := builder.Build(t.Context(), verify.Request{Dockerfile: []byte("FROM scratch\nCOPY f /\n"), Overlay: map[string][]byte{"f": []byte("x")}}, bed.Store)
	if err != nil || len(image.Layers) != 1 {
		t.Errorf("%+v (%v)", image, err)
	}
	for name, e := range map[string]verify.Endpoint{
		"without TLS": {Addr: "tcp://127.0.0.1:" + port}, "another authority": {Addr: "tcp://127.0.0.1:" + port, TLSDir: certificates(t)},
		"another name": {Addr: "tcp://127.0.0.1:" + port, TLSDir: dir, TLSServerName: "example.org"},
	} {
		if _, err := verify.Connect(t.Context(), e); !errors.Is(err, verify.ErrNoBuilder) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A daemon is reached through a real SSH server.
func TestSSH(t *testing.T) {
	needBed(t)
	sshd, err := exec.LookPath("/usr/sbin/sshd")
	if err != nil {
		t.Skip("needs sshd")
	}
	dir, port := t.TempDir(), freePort(t)
	command := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
	}
	write := func(name, text string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, "host"))
	command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, "user"))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	socket := strings.TrimPrefix(bed.Builder.Addr(), "unix://")
	write("buildctl", fmt.Sprintf("#!/bin/sh\n[ \"$*\" = 'dial-stdio' ] || exit 9\n%s=%s exec %s\n", dialVariable, socket, self), 0o755)
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
		t.Fatal(err)
	}
	config := write("sshd_config", fmt.Sprintf("ListenAddress 127.0.0.1\nPort %s\nHostKey %s/host\nAuthorizedKeysFile %s/user.pub\nStrictModes no\nPidFile none\nPermitRootLogin yes\nSetEnv PATH=%s:/usr/bin:/bin\n", port, dir, dir, dir), 0o600)
	server := exec.Command(sshd, "-D", "-e", "-f", config)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill() // it may have ended by now
		_ = server.Wait()
	})
	real, err := exec.LookPath("ssh")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	client := fmt.Sprintf("#!/bin/sh\nexec %s -F none -i %s/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \"$@\"\n", real, dir)
	if err := os.WriteFile(filepath.Join(bin, "ssh"), []byte(client), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	builder := connectSoon(t, verify.Endpoint{Addr: "ssh://root@127.0.0.1:" + port}, &bytes.Buffer{})
	defer builder.Close()
	if _, err := builder.Build(t.Context(), verify.Request{Dockerfile: []byte("FROM scratch\nCOPY f /\n"), Overlay: map[string][]byte{"f": []byte("y")}}, bed.Store); err != nil {
		t.Error(err)
	}
}

// connectSoon connects to a server that has just been started.
func connectSoon(t *testing.T, e verify.Endpoint, log fmt.Stringer) *verify.Builder {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		b, err := verify.Connect(t.Context(), e)
		if err == nil {
			return b
		}
		if time.Since(begin) > 30*time.Second {
			t.Fatalf("%v: %s", err, log)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// certificates makes an authority with one certificate, which serves both sides, and returns the folder.
func certificates(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	write := func(name, kind string, der []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	caKey, leafKey := key(), key()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "daemon"}, NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	write("ca.pem", "CERTIFICATE", der, err)
	der, err = x509.CreateCertificate(rand.Reader, leaf, ca, &leafKey.PublicKey, caKey)
	write("cert.pem", "CERTIFICATE", der, err)
	der, err = x509.MarshalECPrivateKey(leafKey)
	write("key.pem", "EC PRIVATE KEY", der, err)
	return dir
}
