// Command hello greets people in their own language.
package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/fatih/color"
)

// greetings has one format a language; %s is the name.
var greetings = map[string]string{
	"de": "Guten Tag, %s!",
	"en": "Hello, %s!",
	"es": "¡Hola, %s!",
	"fi": "Hei, %s!",
	"fr": "Bonjour, %s !",
	"ja": "こんにちは、%sさん！",
}

// greet returns the greeting for name, or an error that names the languages there are.
func greet(language, name string) (string, error) {
	format, ok := greetings[language]
	if !ok {
		return "", fmt.Errorf("unknown language %q (there are %s)", language, strings.Join(languages(), ", "))
	}
	return fmt.Sprintf(format, name), nil
}

func languages() []string {
	var all []string
	for language := range greetings {
		all = append(all, language)
	}
	sort.Strings(all)
	return all
}

func main() {
	language := flag.String("lang", "en", "language of the greeting")
	shout := flag.Bool("shout", false, "print in bold capitals")
	flag.Parse()

	names := flag.Args()
	if len(names) == 0 {
		names = []string{"world"}
	}
	for _, name := range names {
		text, err := greet(*language, name)
		if err != nil {
			fmt.Fprintln(os.Stderr, "hello:", err)
			os.Exit(2)
		}
		if *shout {
			text = color.New(color.Bold).Sprint(strings.ToUpper(text))
		}
		fmt.Println(text)
	}
}
