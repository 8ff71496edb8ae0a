// Command worker does the jobs of the queue, one at a time.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os/signal"
	"syscall"
	"time"

	"example.com/jobs/internal/jobs"
)

const pause = 2 * time.Second

func do(job jobs.Job) error {
	switch job.Kind {
	case "echo":
		log.Printf("job %d says %s", job.ID, job.Payload)
		return nil
	default:
		return fmt.Errorf("job %d: unknown kind %q", job.ID, job.Kind)
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	db, err := jobs.Connect()
	if err != nil {
		log.Fatal(err)
	}
	queue := jobs.NewQueue(db)
	for ctx.Err() == nil {
		err := queue.Take(ctx, do)
		if err == nil {
			continue
		}
		if !errors.Is(err, jobs.ErrEmpty) {
			log.Print(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
