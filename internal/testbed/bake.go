package testbed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"dopt/internal/verify"
)

// A baker makes stand-ins for base images and remembers those that are there.
type baker struct {
	bed *Bed
	// dir holds the images and images.tsv; given says that it was made elsewhere, and is only read.
	dir   string
	given bool

	// mu is held while an image is baked: what it starts from must be there, and is baked once.
	mu     sync.Mutex
	images verify.Images
	host   *host
	// byName finds a recipe by the names of its image.
	byName map[string]recipe
	baked  map[string]verify.Stored
	// failed are the layouts that could not be baked: a second attempt would take as long.
	failed map[string]error
}

// A BaseError says that a base image is missing or cannot be made. The test bed works; what builds on other images can go on.
type BaseError struct {
	// Ref is the image as the Dockerfile names it.
	Ref string
	Err error
}

// Error returns one line.
func (e *BaseError) Error() string { return fmt.Sprintf("base image %s: %v", e.Ref, e.Err) }

// Unwrap returns the reason.
func (e *BaseError) Unwrap() error { return e.Err }

func newBaker(b *Bed) (*baker, error) {
	k := &baker{bed: b, dir: os.Getenv("DOPT_BASES"), byName: map[string]recipe{}, baked: map[string]verify.Stored{}, failed: map[string]error{}}
	if k.given = k.dir != ""; !k.given {
		k.dir = filepath.Join(b.dir, "bases")
	}
	for _, r := range recipes() {
		for _, name := range r.names {
			k.byName[name] = r
		}
	}
	var err error
	k.images, err = readIndex(k.dir)
	return k, err
}

// image returns the stand-in for a reference, baked if need be.
func (b *baker) image(ctx context.Context, ref string) (verify.Stored, error) {
	name, err := familiar(ref)
	if err != nil {
		return verify.Stored{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.given {
		stored, ok := b.images[name]
		for _, other := range b.byName[name].names { // the same image, from before it had this name, too
			if !ok {
				stored, ok = b.images[other]
			}
		}
		if !ok {
			return stored, &BaseError{ref, fmt.Errorf("there is none in %s", b.dir)}
		}
		return stored, nil
	}
	stored, err := b.bake(ctx, name)
	if err != nil {
		return stored, &BaseError{ref, err}
	}
	return stored, nil
}

// bake returns the image of that name, built if its key has changed; the lock is held.
func (b *baker) bake(ctx context.Context, name string) (verify.Stored, error) {
	r, ok := b.byName[name]
	if !ok {
		return verify.Stored{}, errors.New("nothing stands in for it (internal/testbed/recipes.go)")
	}
	if stored, ok := b.baked[r.layout]; ok {
		return stored, nil
	}
	if err := b.failed[r.layout]; err != nil {
		return verify.Stored{}, err
	}
	if b.host == nil {
		b.host = readHost(ctx)
	}
	vars := b.vars(r)
	// The variables of the preparation are not known yet; where it is the same they are.
	draft, err := r.render(withPlaceholders(vars))
	if err != nil {
		return verify.Stored{}, err
	}
	below := verify.Images{}
	for _, from := range references(draft) {
		if from, err = familiar(from); err != nil {
			return verify.Stored{}, err
		}
		if _, ok := b.byName[from]; !ok {
			continue // a stage of the recipe
		}
		if below[from], err = b.bake(ctx, from); err != nil {
			return verify.Stored{}, err
		}
	}
	key := b.key(r, draft, below)
	stored, err := b.stored(r, key)
	if err != nil {
		if stored, err = b.build(ctx, r, vars, below); err != nil {
			b.failed[r.layout] = fmt.Errorf("%s: %w", r.layout, err)
			return stored, b.failed[r.layout]
		}
		if err := b.remember(r, key, stored); err != nil {
			return stored, err
		}
	}
	b.baked[r.layout] = stored
	return stored, nil
}

// vars are the recipe's variables and those of this machine.
func (b *baker) vars(r recipe) map[string]string {
	vars := map[string]string{"env": b.host.env[r.host], "host": ""}
	if len(b.host.files[r.host]) > 0 {
		vars["host"] = "yes"
	}
	maps.Copy(vars, r.vars)
	return vars
}

// withPlaceholders adds the variables that preparations set.
func withPlaceholders(vars map[string]string) map[string]string {
	all := map[string]string{"mirror": "MIRROR", "v": "VERSION"}
	maps.Copy(all, vars)
	return all
}

var from = regexp.MustCompile(`(?m)(?:^FROM +|--from=|--mount=from=)([^ ,\n]+)`)

// references returns what a recipe's Dockerfile starts from and copies from, stages included.
func references(dockerfile []byte) []string {
	var list []string
	for _, m := range from.FindAllSubmatch(dockerfile, -1) {
		if ref := string(m[1]); ref != "scratch" && !slices.Contains(list, ref) {
			list = append(list, ref)
		}
	}
	return list
}

// key changes with all that an image is made from, apart from the archives' own news.
func (b *baker) key(r recipe, dockerfile []byte, below verify.Images) string {
	parts := []any{r.prepare.name, string(dockerfile), b.host.files[r.host], below}
	if strings.HasPrefix(r.prepare.name, "rootfs") {
		parts = append(parts, b.host.mirror)
	}
	text, err := json.Marshal(parts) // maps come out sorted
	if err != nil {
		panic(err) // strings and bytes only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// keyFile has the key and the digest of a baked image.
func (b *baker) keyFile(r recipe) string { return filepath.Join(b.dir, "keys", r.layout) }

// stored returns the image as it was baked before; an error says that it was not, or from something else.
func (b *baker) stored(r recipe, key string) (verify.Stored, error) {
	text, err := os.ReadFile(b.keyFile(r))
	if err != nil {
		return verify.Stored{}, err
	}
	old, digest, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	stored, ok := b.images[r.names[0]]
	if old != key || !ok || stored.Digest.String() != digest {
		return verify.Stored{}, errors.New("baked from something else")
	}
	return stored, nil
}

// build prepares the context and builds the image into the folder of images.
func (b *baker) build(ctx context.Context, r recipe, vars map[string]string, below verify.Images) (verify.Stored, error) {
	start := time.Now()
	fmt.Fprintf(os.Stderr, "test bed: baking %s\n", r.layout)
	work, err := os.MkdirTemp(b.bed.dir, "bake-")
	if err != nil {
		return verify.Stored{}, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	p := prepared{dir: work}
	if r.prepare.run != nil {
		if p, err = r.prepare.run(ctx, b, work); err != nil {
			return verify.Stored{}, err
		}
	}
	maps.Copy(vars, p.vars)
	dockerfile, err := r.render(vars)
	if err != nil {
		return verify.Stored{}, err
	}
	overlay := map[string][]byte{}
	maps.Copy(overlay, p.overlay)
	for name, text := range b.host.files[r.host] {
		overlay["host/"+name] = text
	}
	store, err := verify.OpenStore(b.dir)
	if err != nil {
		return verify.Stored{}, err
	}
	image, err := b.bed.Builder.Build(ctx, verify.Request{
		Dir: p.dir, Dockerfile: dockerfile, Overlay: overlay, Args: ProxyArgs(), Images: below, BuiltinFrontend: true,
	}, store)
	if err != nil {
		return verify.Stored{}, withOutput(err)
	}
	fmt.Fprintf(os.Stderr, "test bed: baked %s in %.0f s, %.1f MB\n", r.layout, time.Since(start).Seconds(), float64(image.Size())/1e6)
	return verify.Stored{Layout: b.dir, Digest: image.Digest}, nil
}

// withOutput adds the last line that the failed step wrote.
func withOutput(err error) error {
	var failed *verify.BuildError
	if !errors.As(err, &failed) {
		return err
	}
	lines := strings.Split(strings.TrimSpace(failed.Output), "\n")
	return fmt.Errorf("%w: %s", err, lines[len(lines)-1])
}

// remember writes the image to images.tsv and its key beside it.
func (b *baker) remember(r recipe, key string, stored verify.Stored) error {
	for _, name := range r.names {
		b.images[name] = stored
	}
	var index strings.Builder
	for _, name := range slices.Sorted(maps.Keys(b.images)) {
		fmt.Fprintf(&index, "%s\t.\t%s\n", name, b.images[name].Digest)
	}
	if err := os.MkdirAll(filepath.Dir(b.keyFile(r)), 0o755); err != nil {
		return err
	}
	path := filepath.Join(b.dir, "images.tsv")
	if err := os.WriteFile(path+".new", []byte(index.String()), 0o644); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return os.WriteFile(b.keyFile(r), []byte(key+" "+stored.Digest.String()+"\n"), 0o644)
}
