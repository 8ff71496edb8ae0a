// Command shortlinks shortens links: POST a URL to /, GET /code to follow it.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"example.com/shortlinks/store"
)

const maxURL = 2048

type server struct{ store *store.Store }

func (s *server) shorten(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxURL))
	if err != nil {
		http.Error(w, "url too long", http.StatusRequestEntityTooLarge)
		return
	}
	u, err := url.Parse(strings.TrimSpace(string(body)))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		http.Error(w, "not an http url", http.StatusBadRequest)
		return
	}
	code, err := s.store.Shorten(r.Context(), u.String())
	if err != nil {
		fail(w, err)
		return
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, "/%s\n", code)
}

func (s *server) follow(w http.ResponseWriter, r *http.Request) {
	target, err := s.store.Visit(r.Context(), r.PathValue("code"))
	switch {
	case errors.Is(err, store.ErrNotFound):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		fail(w, err)
	default:
		http.Redirect(w, r, target, http.StatusFound)
	}
}

func (s *server) health(w http.ResponseWriter, r *http.Request) {
	version, err := s.store.Version(r.Context())
	if err != nil {
		fail(w, err)
		return
	}
	fmt.Fprintf(w, "ok, sqlite %s\n", version)
}

func fail(w http.ResponseWriter, err error) {
	log.Print(err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

func main() {
	path := os.Getenv("DATABASE")
	if path == "" {
		path = "/data/links.db"
	}
	st, err := store.Open(path)
	if err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	s := &server{st}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", s.shorten)
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /{code}", s.follow)
	log.Print("listening on :8080")
	log.Fatal(http.ListenAndServe(":8080", mux))
}
