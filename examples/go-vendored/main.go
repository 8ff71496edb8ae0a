// Command gateway passes requests on to an upstream and slows down who asks too often.
package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	"example.com/ratelimit"
	"example.com/tinylog"
)

var version = "dev" // set by the linker

func limited(limiter *ratelimit.Limiter, log *tinylog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		if !limiter.Allow(host, time.Now()) {
			log.Log("limited", "client", host, "path", r.URL.Path)
			w.Header().Set("Retry-After", "1")
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	log := tinylog.New(os.Stdout)
	upstream, err := url.Parse(os.Getenv("UPSTREAM"))
	if err != nil || upstream.Host == "" {
		fmt.Fprintln(os.Stderr, "gateway: UPSTREAM must be a URL")
		os.Exit(2)
	}

	proxy := httputil.NewSingleHostReverseProxy(upstream)
	proxy.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		log.Log("upstream failed", "error", err.Error())
		http.Error(w, "upstream is down", http.StatusBadGateway)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /-/version", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, version) })
	mux.Handle("/", limited(ratelimit.New(5, 10), log, proxy))

	log.Log("start", "upstream", upstream.String(), "version", version)
	if err := http.ListenAndServe(":8080", mux); err != nil {
		log.Log("stop", "error", err.Error())
		os.Exit(1)
	}
}
