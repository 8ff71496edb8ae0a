package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// partners are sites that the status page looks at.
type partners struct{ urls []string }

type partner struct {
	URL    string
	Status string
}

// check asks all sites at once and waits three seconds at most.
func (p *partners) check(ctx context.Context) []partner {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()

	all := make([]partner, len(p.urls))
	var wg sync.WaitGroup
	for i, url := range p.urls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			all[i] = partner{url, status(ctx, url)}
		}()
	}
	wg.Wait()
	return all
}

func status(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return err.Error()
	}
	resp, err := http.DefaultClient.Do(req)
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unknown):
		return "certificate not trusted"
	case err != nil:
		return "down"
	}
	resp.Body.Close()
	return fmt.Sprintf("up (%d)", resp.StatusCode)
}
