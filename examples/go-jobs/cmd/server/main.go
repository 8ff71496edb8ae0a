// Command server takes jobs over HTTP: POST /jobs/{kind} with a JSON payload.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"

	"example.com/jobs/internal/jobs"
)

func main() {
	db, err := jobs.Connect()
	if err != nil {
		log.Fatal(err)
	}
	queue := jobs.NewQueue(db)

	http.HandleFunc("POST /jobs/{kind}", func(w http.ResponseWriter, r *http.Request) {
		var payload json.RawMessage
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&payload); err != nil {
			http.Error(w, "the payload must be JSON", http.StatusBadRequest)
			return
		}
		id, err := queue.Put(r.Context(), r.PathValue("kind"), payload)
		if err != nil {
			log.Print(err)
			http.Error(w, "the queue is out of order", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, "%d\n", id)
	})
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		waiting, err := queue.Waiting(r.Context())
		if err != nil {
			http.Error(w, "database: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "%d waiting\n", waiting)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
