// Command migrate applies the files of migrations/; with -list it only shows them.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"example.com/jobs/internal/jobs"
	"example.com/jobs/internal/migrations"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("migrate: ")
	dir := flag.String("dir", "migrations", "folder of the SQL files")
	list := flag.Bool("list", false, "list the migrations and do nothing")
	flag.Parse()

	all, err := migrations.Load(os.DirFS(*dir))
	if err != nil {
		log.Fatal(err)
	}
	if *list {
		for _, m := range all {
			fmt.Printf("%03d %s\n", m.Version, m.Name)
		}
		return
	}

	db, err := jobs.Connect()
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	applied, err := migrations.Apply(ctx, db, all)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%d applied, now at version %d", len(applied), len(all))
}
