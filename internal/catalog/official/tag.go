package official

import (
	"fmt"
	"strconv"
	"strings"
)

// A Tag is what the catalog keeps of a tag of an official image. Unknown fields are empty.
type Tag struct {
	// Distro is the distribution: "debian", "ubuntu", "alpine", "busybox", "scratch", …
	Distro string
	// Release is Debian's or Ubuntu's codename, "alpine3.20", the major version of the others, the libc of busybox.
	Release string
	// Variant is full, slim, alpine, alpine-slim, onbuild, or curl and scm of buildpack-deps.
	Variant string
	// Since is when the tag came to mean this release, Until when that ended; YYYY-MM-DD. Until is empty
	// where it is still so on the catalog's day; a tag that was dropped stays as it was last pushed.
	Since, Until string
	// Same is a tag of one release series that means the same image today: 3.14 for python:latest.
	Same string
	// Slim, Alpine and AlpineSlim are the smaller siblings of a full tag: same version and flavour.
	Slim, Alpine, AlpineSlim string
	// Size is the sum of the compressed layers in bytes, of linux/amd64; 0 is unknown. SizeDate is when, "" for some day of
	// the catalog's last two years.
	Size     int64
	SizeDate string
	// Moves are the releases that the tag meant before, the oldest first.
	Moves []Move
}

// A Move is a release that a tag meant until a day, YYYY-MM-DD.
type Move struct{ Release, Until string }

// String writes the tag on one line; ParseTag reads it.
func (t Tag) String() string {
	size := ""
	if t.Size > 0 {
		size = strconv.FormatInt(t.Size, 10)
	}
	fields := []string{t.Distro, t.Release, t.Variant, t.Since, t.Until, t.Same, t.Slim, t.Alpine, t.AlpineSlim, size, t.SizeDate}
	for _, m := range t.Moves {
		fields = append(fields, m.Release, m.Until)
	}
	return strings.TrimRight(strings.Join(fields, " "), " ")
}

// tagFields is the number of fields in front of the moves.
const tagFields = 11

// ParseTag reads what String wrote.
func ParseTag(text string) (t Tag, err error) {
	fields := strings.Split(text, " ")
	for len(fields) < tagFields {
		fields = append(fields, "")
	}
	for i, field := range []*string{&t.Distro, &t.Release, &t.Variant, &t.Since, &t.Until, &t.Same, &t.Slim, &t.Alpine, &t.AlpineSlim} {
		*field = fields[i]
	}
	if size := fields[tagFields-2]; size != "" {
		t.Size, err = strconv.ParseInt(size, 10, 64)
	}
	t.SizeDate = fields[tagFields-1]
	moves := fields[tagFields:]
	if err != nil || len(moves)%2 != 0 {
		return Tag{}, fmt.Errorf("record of a tag %q: damaged", text)
	}
	for i := 0; i < len(moves); i += 2 {
		t.Moves = append(t.Moves, Move{moves[i], moves[i+1]})
	}
	return t, nil
}
