package html

import (
	_ "embed"
	"fmt"
	"html/template"
	"time"

	"dopt/internal/report"
)

//go:embed style.css
var style string

// functions are what the templates call.
func functions() template.FuncMap {
	return template.FuncMap{
		"style":   func() template.CSS { return template.CSS(style) }, // our own, so that it needs no escaping
		"outcome": report.Outcome,
		"percent": report.Percent,
		"last":    report.LastLine,
		"size":    size,
		"seconds": seconds,
		"number":  number,
		"count":   count,
	}
}

// size says a number of bytes as people do, in decimal units as registries count.
func size(bytes int64) string {
	n, units := float64(bytes), []string{"kB", "MB", "GB"}
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	for i, unit := range units {
		if n /= 1000; n < 999.95 || i == len(units)-1 {
			return fmt.Sprintf("%.1f %s", n, unit)
		}
	}
	return ""
}

// seconds says a duration as people do.
func seconds(s float64) string {
	if s < 100 {
		return fmt.Sprintf("%.1f s", s)
	}
	d := time.Duration(s * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

// number writes a number with commas between the thousands.
func number(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// count says how many of something there are.
func count(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return number(n) + " " + word
}
