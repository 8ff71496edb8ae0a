// The program runner is put into an image, which may have no shell and no libraries, to try a
// server there: it starts the server's command, asks it until it answers, and writes what it
// answered to standard output, below a line that says "answered". What the server writes goes to standard error.
//
//	runner http PORT PATH STATUS COMMAND…   GET PATH, until the answer has the status
//	runner tcp PORT COMMAND…                connect, until somebody accepts
//	runner alive SECONDS COMMAND…           wait, and see whether it still runs
//
// The exit status is 0 then. A server that ends before leaves standard output empty, and its exit status: its own, or 128
// and the signal that ended it.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// pause is the time between two attempts, answerTime how long one may take.
	pause      = 200 * time.Millisecond
	answerTime = 10 * time.Second
	// settling is how long a server may answer something else than what is asked for, once it answers.
	settling = 10 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 1 << 20

	exitUsage     = 125
	exitNoCommand = 127
)

func main() {
	try, command := attempt(os.Args[1:])
	if try == nil || len(command) == 0 {
		fmt.Fprintln(os.Stderr, "usage: runner http PORT PATH STATUS COMMAND… | tcp PORT COMMAND… | alive SECONDS COMMAND…")
		os.Exit(exitUsage)
	}
	server := exec.Command(command[0], command[1:]...)
	server.Stdout, server.Stderr = os.Stderr, os.Stderr
	if err := server.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitNoCommand)
	}
	ended := make(chan int, 1)
	go func() { ended <- status(server.Wait()) }()
	for begin := time.Now(); ; {
		if answer, done := try(time.Since(begin)); done {
			select {
			case code := <-ended: // it ended at the last moment, or something else answered
				os.Exit(code)
			default:
			}
			_ = server.Process.Kill() // its children end with the container
			fmt.Print("answered\n", answer)
			return
		}
		select {
		case code := <-ended:
			os.Exit(code)
		case <-time.After(pause):
		}
	}
}

// status returns the exit status as shells count it.
func status(err error) int {
	var exit *exec.ExitError
	if err == nil {
		return 0
	}
	if !errors.As(err, &exit) {
		return 1
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return exit.ExitCode()
}

// attempt reads the arguments: what to try, given the time since the start, and the server's command.
func attempt(args []string) (try func(time.Duration) (string, bool), command []string) {
	switch {
	case len(args) > 4 && args[0] == "http":
		return (&request{port: args[1], path: args[2], want: args[3]}).try, args[4:]
	case len(args) > 2 && args[0] == "tcp":
		return func(time.Duration) (string, bool) {
			conn, err := dial(args[1])
			if err != nil {
				return "", false
			}
			return "", conn.Close() == nil
		}, args[2:]
	case len(args) > 2 && args[0] == "alive":
		seconds, err := strconv.ParseFloat(args[1], 64)
		if err != nil {
			return nil, nil
		}
		return func(since time.Duration) (string, bool) { return "", since.Seconds() >= seconds }, args[2:]
	}
	return nil, nil
}

// A request is asked until it is answered as wanted.
type request struct {
	port, path, want string
	// answered is when the server first answered, counted from its start; 0 before.
	answered time.Duration
}

func (r *request) try(since time.Duration) (string, bool) {
	answer := r.ask()
	if !strings.HasPrefix(answer, "HTTP/") {
		return "", false
	}
	if r.answered == 0 {
		r.answered = since
	}
	_, rest, _ := strings.Cut(answer, " ")
	return answer, strings.HasPrefix(rest, r.want) || since-r.answered > settling
}

func (r *request) ask() string {
	conn, err := dial(r.port)
	if err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(answerTime)) // a socket has deadlines
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost:%s\r\nUser-Agent: dopt\r\nAccept: */*\r\nConnection: close\r\n\r\n", r.path, r.port)
	answer, _ := io.ReadAll(io.LimitReader(conn, maxAnswer)) // what came before an error counts
	return string(answer)
}

// dial connects to the port on this machine, whichever family the server listens on.
func dial(port string) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", port), answerTime)
	if err != nil {
		conn, err = net.DialTimeout("tcp", net.JoinHostPort("::1", port), answerTime)
	}
	return conn, err
}
