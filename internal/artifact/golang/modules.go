package golang

import "strings"

// A fact is what is known of the packages of a module.
type fact struct {
	// c is true where they compile C, network where they import package net or os/user.
	c, network bool
}

// facts are modules that many programs use, by the beginning of their import paths. What is not in the table is taken to compile C and
// to use the network. Source: the modules' own imports, at the versions that were current in 2026-11.
var facts = map[string]fact{
	"github.com/mattn/go-sqlite3": {c: true}, "github.com/confluentinc/confluent-kafka-go": {c: true}, "github.com/h2non/bimg": {c: true},
	"gopkg.in/gographics/imagick": {c: true}, "github.com/libgit2/git2go": {c: true}, "github.com/godror/godror": {c: true},

	"github.com/fatih/color": {}, "github.com/mattn/go-colorable": {}, "github.com/mattn/go-isatty": {}, "github.com/mattn/go-runewidth": {},
	"golang.org/x/sys": {}, "golang.org/x/text": {}, "golang.org/x/term": {}, "golang.org/x/sync": {}, "golang.org/x/exp": {},
	"github.com/pkg/errors": {}, "github.com/spf13/cobra": {}, "github.com/spf13/pflag": {network: true}, "github.com/google/uuid": {network: true},
	"gopkg.in/yaml.v2": {}, "gopkg.in/yaml.v3": {}, "github.com/BurntSushi/toml": {}, "github.com/pelletier/go-toml": {}, "github.com/yuin/goldmark": {},
	"github.com/davecgh/go-spew": {}, "github.com/sirupsen/logrus": {network: true}, "github.com/rs/zerolog": {network: true}, "go.uber.org/zap": {network: true},
	"github.com/gorilla/": {network: true}, "github.com/go-chi/": {network: true}, "github.com/gin-gonic/": {network: true}, "github.com/julienschmidt/httprouter": {network: true},
	"github.com/labstack/echo": {network: true}, "github.com/lib/pq": {network: true}, "github.com/jackc/pgx": {network: true}, "github.com/go-sql-driver/mysql": {network: true},
	"github.com/redis/go-redis": {network: true}, "github.com/go-redis/redis": {network: true}, "github.com/gomodule/redigo": {network: true},
	"golang.org/x/net": {network: true}, "golang.org/x/crypto": {network: true}, "golang.org/x/oauth2": {network: true},
	"google.golang.org/grpc": {network: true}, "google.golang.org/protobuf": {}, "github.com/golang/protobuf": {},
	"github.com/urfave/cli": {}, "github.com/valyala/fasthttp": {network: true}, "github.com/gofiber/fiber": {network: true},
}

// knownModule returns what is known of a package of another module.
func knownModule(pkg string) (fact, bool) {
	for prefix, f := range facts {
		if pkg == prefix || strings.HasPrefix(pkg, strings.TrimSuffix(prefix, "/")+"/") {
			return f, true
		}
	}
	return fact{}, false
}
