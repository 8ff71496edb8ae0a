package llb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"

	"dopt/transform/validate"
)

// A graph is what builds the files of an image.
type graph struct {
	// result is the operation whose output is the image's files; nil for an empty image.
	result *node
}

// A node is one operation.
type node struct {
	// digest covers the operation and all that it builds on. Neither names nor source locations are part of it.
	digest digest.Digest
	op     *pb.Op
	inputs []*node
	// run is the script of a RUN step, once it has been asked for, and isScript what script returns with it.
	run      *validate.Script
	isScript bool
}

// newGraph reads the operations that build a state.
func newGraph(ctx context.Context, s llb.State) (*graph, error) {
	r := reader{llb.NewConstraints(llb.Platform(target), llb.WithCaps(*capabilities())), map[llb.Vertex]*node{}, map[digest.Digest]*node{}}
	if s.Output() == nil {
		return &graph{}, nil
	}
	result, err := r.read(ctx, s.Output())
	return &graph{result}, err
}

// A reader reads each operation once. State.Marshal would collect names, places and capabilities, too.
type reader struct {
	constraints *llb.Constraints
	vertices    map[llb.Vertex]*node
	nodes       map[digest.Digest]*node
}

// read returns the operation that has an output, nil for that of an empty image.
func (r *reader) read(ctx context.Context, out llb.Output) (*node, error) {
	v := out.Vertex(ctx, r.constraints)
	if v == nil {
		return nil, nil
	}
	if n, ok := r.vertices[v]; ok {
		return n, nil
	}
	for _, in := range v.Inputs() {
		if _, err := r.read(ctx, in); err != nil {
			return nil, err
		}
	}
	dgst, dt, _, _, err := v.Marshal(ctx, r.constraints)
	if err != nil {
		return nil, err
	}
	n, ok := r.nodes[dgst]
	if !ok {
		if n, err = r.newNode(dgst, dt); err != nil {
			return nil, err
		}
	}
	r.vertices[v], r.nodes[dgst] = n, n
	return n, nil
}

// newNode reads an operation whose inputs have been read.
func (r *reader) newNode(dgst digest.Digest, dt []byte) (*node, error) {
	op := &pb.Op{}
	if err := op.UnmarshalVT(dt); err != nil {
		return nil, err
	}
	apart(op)
	n := &node{digest: dgst, op: op}
	for _, in := range op.Inputs {
		dep, ok := r.nodes[digest.Digest(in.Digest)]
		if !ok {
			return nil, fmt.Errorf("operation %s before its input", dgst)
		}
		n.inputs = append(n.inputs, dep)
	}
	return n, nil
}

// apart gives what an operation reads of the very image that it starts from an input of its own, as it has if the two
// differ: BuildKit lists the same input once.
func apart(op *pb.Op) {
	root, listed := int64(-1), int64(len(op.Inputs))
	var reads []*int64
	switch o := op.Op.(type) {
	case *pb.Op_File:
		for i, a := range o.File.Actions {
			if i == 0 {
				root = a.Input
			}
			reads = append(reads, &a.SecondaryInput)
		}
	case *pb.Op_Exec:
		for _, m := range o.Exec.Mounts {
			if m.Dest == "/" {
				root = m.Input
			} else {
				reads = append(reads, &m.Input)
			}
		}
	}
	if root < 0 || root >= listed || !slices.ContainsFunc(reads, func(at *int64) bool { return *at == root }) {
		return
	}
	for _, a := range op.GetFile().GetActions() {
		if a.Input >= listed { // what an action before it makes
			a.Input++
		}
	}
	for _, at := range reads {
		switch {
		case *at == root:
			*at = listed
		case *at >= listed:
			*at++
		}
	}
	op.Inputs = append(op.Inputs, op.Inputs[root])
}

// root returns the input whose files the operation changes, and its place among the
// inputs; nil for an operation that starts from nothing.
func (n *node) root() (*node, int) {
	at := int64(-1)
	switch op := n.op.Op.(type) {
	case *pb.Op_Exec:
		for _, m := range op.Exec.Mounts {
			if m.Dest == "/" {
				at = m.Input
			}
		}
	case *pb.Op_File:
		if len(op.File.Actions) > 0 {
			at = op.File.Actions[0].Input
		}
	case *pb.Op_Merge:
		if len(op.Merge.Inputs) > 0 {
			at = op.Merge.Inputs[0].Input
		}
	}
	if at < 0 || at >= int64(len(n.inputs)) {
		return nil, -1
	}
	return n.inputs[at], int(at)
}

// history returns the operations that made the files of n, the oldest first.
func (n *node) history() []*node {
	var steps []*node
	for ; n != nil; n, _ = n.root() {
		steps = append(steps, n)
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return steps
}

// base returns the image that the result starts from, "" if it starts from nothing.
func (g *graph) base() string {
	steps := g.result.history()
	if len(steps) == 0 || steps[0].op.GetSource() == nil {
		return ""
	}
	return strings.TrimPrefix(steps[0].op.GetSource().Identifier, "docker-image://")
}
