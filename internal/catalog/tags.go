package catalog

import (
	"cmp"

	"dopt/internal/catalog/official"
)

// TagOf returns what a tag of an official image stands for. Source's date is the day up to which that is known. A
// digest is not looked at: the answer for a name with both is that of the tag. ok is false for a name with a
// digest alone, for an image that is none of the official ones, and for a tag that none of them has or had.
func TagOf(reference string) (tag official.Tag, source Source, ok bool) {
	r, ok := official.ParseReference(reference)
	if !ok {
		return official.Tag{}, Source{}, false
	}
	return tagOf(r)
}

func tagOf(r official.Reference) (tag official.Tag, source Source, ok bool) {
	family := r.Family()
	if family == "" || r.Tag == "" && r.Digest != "" {
		return official.Tag{}, Source{}, false
	}
	text, ok := get(tags, family+":"+cmp.Or(r.Tag, "latest"))
	if !ok {
		return official.Tag{}, Source{}, false
	}
	tag, err := official.ParseTag(text)
	return tag, Source{Name: "docker-library/official-images", Date: indexes()["images"].Date}, err == nil
}

// Pinned returns a reference with the tag that latest, named or not, means today, and the source with its day: "python" becomes
// "python:3.14". ok is false where the reference has another tag or a digest, or where it is not known
// which release series that is.
func Pinned(reference string) (pinned string, source Source, ok bool) {
	r, ok := official.ParseReference(reference)
	if !ok {
		return "", Source{}, false
	}
	tag, source, ok := tagOf(r)
	if pinned = pinnedTo(r, tag, reference); !ok || pinned == "" {
		return "", Source{}, false
	}
	return pinned, source, true
}

// pinnedTo returns a reference, as it was written, with the tag that its own one, latest, means; "" if it has another, or a digest.
func pinnedTo(r official.Reference, tag official.Tag, written string) string {
	if r.Digest != "" || r.Tag != "" && r.Tag != "latest" || tag.Same == "" {
		return ""
	}
	return r.WithTag(tag.Same, written)
}
