package golang

import "strings"

// A fact is what is known of the packages of a module.
type fact struct {
	// c is true where they compile C, network where they import package net or os/user.
	c, network bool
}

// facts are modules that many programs use, by the beginning of their import paths. What is not in the table is taken to compile C and
// to use the network. Source: the imports of the modules' files for
// Linux (go list -deps), at the versions that were current in 2026-11.
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
	"github.com/urfave/cli": {}, "github.com/gofiber/fiber": {network: true}, "github.com/valyala/": {network: true}, "github.com/labstack/gommon": {},
	"github.com/andybalholm/brotli": {network: true}, "github.com/beorn7/perks": {}, "github.com/cespare/xxhash": {}, "github.com/fsnotify/fsnotify": {},
	"github.com/gabriel-vasile/mimetype": {}, "github.com/gin-contrib/sse": {network: true}, "github.com/go-playground/": {network: true},
	"github.com/go-viper/mapstructure": {network: true}, "github.com/goccy/go-yaml": {}, "github.com/golang-jwt/jwt": {network: true},
	"github.com/jackc/pgpassfile": {}, "github.com/jackc/pgservicefile": {}, "github.com/jackc/puddle": {}, "github.com/jinzhu/inflection": {},
	"github.com/jinzhu/now": {}, "github.com/joho/godotenv": {}, "github.com/json-iterator/go": {}, "github.com/klauspost/compress": {network: true}, "github.com/leodido/go-urn": {},
	"github.com/modern-go/": {}, "github.com/munnerz/goautoneg": {}, "github.com/prometheus/client_golang": {network: true}, "github.com/prometheus/client_model": {},
	"github.com/prometheus/common": {network: true}, "github.com/prometheus/procfs": {network: true}, "github.com/rivo/uniseg": {}, "github.com/sagikazarmark/locafero": {},
	"github.com/sourcegraph/conc": {}, "github.com/spf13/afero": {network: true}, "github.com/spf13/cast": {}, "github.com/spf13/viper": {network: true},
	"github.com/stretchr/testify": {network: true}, "github.com/pmezard/go-difflib": {}, "github.com/subosito/gotenv": {}, "github.com/ugorji/go": {network: true},
	"go.uber.org/atomic": {}, "go.uber.org/multierr": {}, "go.yaml.in/yaml": {}, "google.golang.org/genproto/googleapis/rpc": {}, "gopkg.in/check.v1": {},
	"gorm.io/driver/postgres": {network: true}, "gorm.io/gorm": {network: true}, "github.com/inconshreveable/mousetrap": {}, "github.com/cpuguy83/go-md2man": {},
	"github.com/russross/blackfriday": {}, "github.com/xrash/smetrics": {}, "github.com/go-logr/logr": {}, "github.com/kr/": {},
	"github.com/bytedance/gopkg": {network: true}, "github.com/bytedance/sonic": {network: true}, "github.com/cloudwego/base64x": {}, "github.com/goccy/go-json": {},
	"github.com/klauspost/cpuid": {}, "github.com/twitchyliquid64/golang-asm": {}, "golang.org/x/arch": {}, "golang.org/x/tools": {network: true},
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
