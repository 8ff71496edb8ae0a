package llb

import (
	"strings"

	"github.com/moby/buildkit/solver/pb"
)

const imagePrefix = "docker-image://"

// pinned makes an image of before the one of after, where the claim allows it and the catalog says that the tag
// of after is what that of before means today.
func (c *comparison) pinned(before, after *pb.SourceOp) {
	if before == nil || after == nil || !strings.HasPrefix(before.Identifier, imagePrefix) {
		return
	}
	now := strings.TrimPrefix(after.Identifier, imagePrefix)
	if known := c.facts(strings.TrimPrefix(before.Identifier, imagePrefix)); now != "" && known.Pinned == now {
		before.Identifier = after.Identifier
	}
}
