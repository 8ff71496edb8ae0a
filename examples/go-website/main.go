// Command website serves the club's pages and says whether its partner sites are up.
package main

import (
	"crypto/x509"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

type site struct {
	pages     *pages
	partners  *partners
	templates *template.Template
	location  *time.Location
}

func (s *site) render(w http.ResponseWriter, name string, data map[string]any) {
	data["Now"] = time.Now().In(s.location).Format("Monday 15:04 MST")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := s.templates.ExecuteTemplate(w, name, data); err != nil {
		log.Print(err)
	}
}

func (s *site) page(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "name")
	if name == "" {
		name = "index"
	}
	body, err := s.pages.html(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	s.render(w, "page.html", map[string]any{"Title": name, "Body": body})
}

func (s *site) status(w http.ResponseWriter, r *http.Request) {
	s.render(w, "status.html", map[string]any{"Title": "Partners", "Partners": s.partners.check(r.Context())})
}

// trust says whether the image has certificate authorities at all.
func (s *site) trust(w http.ResponseWriter, r *http.Request) {
	pool, err := x509.SystemCertPool()
	if err != nil || pool.Equal(x509.NewCertPool()) {
		http.Error(w, "no certificate authorities", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "certificate authorities found")
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func main() {
	// The time zone database and the certificates are those of the image.
	location, err := time.LoadLocation(env("CLUB_ZONE", "Europe/Helsinki"))
	if err != nil {
		log.Fatal(err)
	}
	s := &site{
		pages:     &pages{dir: "content"},
		partners:  &partners{urls: strings.Fields(env("PARTNERS", "https://www.debian.org https://go.dev"))},
		templates: template.Must(template.ParseGlob("templates/*.html")),
		location:  location,
	}

	r := chi.NewRouter()
	r.Use(middleware.Logger, middleware.Recoverer)
	r.Get("/", s.page)
	r.Get("/status", s.status)
	r.Get("/status/trust", s.trust)
	r.Handle("/static/*", http.StripPrefix("/static", http.FileServer(http.Dir("static"))))
	r.Get("/{name}", s.page)

	addr := env("ADDR", ":8080")
	log.Printf("listening on %s", addr)
	log.Fatal(http.ListenAndServe(addr, r))
}
