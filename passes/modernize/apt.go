package modernize

import (
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

const kindApt = "apt"

// aptVerbs are the verbs that apt and apt-get have alike, with the same flags: both share the code
// behind them, the installing of local .deb files included, so what one takes the other takes.
//
// Left out on purpose: "upgrade" installs new packages with apt only; "full-upgrade", "reinstall",
// "satisfy" and "autopurge" are missing from the apt-get of older releases; "list", "search",
// "show" and "policy" are for apt-cache, which prints something else for most.
//
// Source: apt's cmdline/apt.cc and cmdline/apt-get.cc (GetCommands), and apt(8), "DIFFERENCES TO
// APT-GET(8)".
var aptVerbs = strings.Fields("install update remove purge autoremove clean autoclean build-dep source download changelog dist-upgrade")

// aptGet writes apt-get for apt, in all commands of a script or in none.
func aptGet(c *transform.Context, in *transform.Instruction) {
	script := in.Script()
	if script.Shell == nil || !strings.Contains(script.Text, "apt") {
		return
	}
	var edits []transform.Edit
	for _, cmd := range script.Shell.Commands {
		use, ok := pkgmgr.Identify(cmd.Argv())
		if !ok || use.Manager.Name != "apt" {
			continue
		}
		if why := whyAptStays(cmd, use); why != "" {
			c.Missed(in, kindApt, "%s", why)
			return
		}
		end := script.EndOffset(cmd.Words[use.Program].End)
		edits = append(edits, transform.Edit{Span: transform.Span{Start: end, End: end}, New: "-get"})
	}
	if len(edits) == 0 {
		return
	}
	made(c, in, kindApt, transform.Fix{
		Title:    "Call apt-get instead of apt",
		Level:    transform.Safe,
		Evidence: because(in, "apt(8): its command line may change between versions, that of apt-get does not"),
		Edits:    edits,
	})
}

// whyAptStays says why apt-get cannot take the place of apt in a command.
func whyAptStays(cmd *shell.Command, use pkgmgr.Use) string {
	program := cmd.Words[use.Program]
	switch {
	case program.Quoted || program.Value != "apt":
		return "apt is not called by its plain name"
	case use.VerbAt < 0:
		return "apt is called without a verb"
	}
	switch verb := cmd.Words[use.VerbAt].Value; {
	case slices.Contains(aptVerbs, verb):
		return ""
	case verb == shell.Unknown:
		return "apt is called with a verb that is not known"
	case verb == "upgrade":
		return `"apt upgrade" also installs new packages, "apt-get upgrade" does not`
	default:
		return `"apt ` + verb + `" has no counterpart that does the same in every release`
	}
}
