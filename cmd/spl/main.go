// Command spl runs searches in Splunk's Search Processing Language over log files.
//
// main.go starts the program, world.go is all it may touch, app.go has the commands
// and their exit codes, flags.go the flags; then one file for each command: run.go,
// check.go, expand.go, doc.go. report.go shows faults. There is no knowledge of SPL
// here: that is in package spl and below.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the time zones, for machines that have none
)

// grace is how long a cancelled search has to end before the program ends without
// it: reading a terminal or a pipe cannot be cancelled.
const grace = 300 * time.Millisecond

func main() { os.Exit(start()) }

// start runs the program in the real world and gives its exit code.
func start() int {
	// Writing to a pipe that nobody reads is then an error that run sees, and no death.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := realWorld(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for s := range signals {
			if s == os.Interrupt && w.interrupted() {
				continue
			}
			signal.Stop(signals) // a second Ctrl-C ends the program at once
			cancel()
		}
	}()
	done := make(chan int, 1)
	go func() { done <- run(os.Args[1:], w) }()
	select {
	case code := <-done:
		return code
	case <-ctx.Done():
	}
	select {
	case <-done:
	case <-time.After(grace):
	}
	return exitInterrupted
}
