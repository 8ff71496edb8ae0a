package shell

import "strings"

// bashMarks are what scripts have that bash understands when it is called sh, and dash does not, or takes for something else. Expansions
// that POSIX does not have are not among them: a script with one does not parse as one for sh. Source:
// wiki.ubuntu.com/DashAsBinSh.
var bashMarks = strings.Fields("[[ (( == &> |& <( >( <<< $' $\" { ** += source pushd popd declare typeset function select shopt pipefail PIPESTATUS RANDOM BASH disown let")

// BashMark returns what may need bash in a script for sh, "" if there is nothing of the kind. Words of bash also count where they are
// arguments.
func BashMark(script string) string {
	script = strings.ReplaceAll(script, "${", "$")
	for _, mark := range bashMarks {
		if strings.Contains(script, mark) {
			return mark
		}
	}
	if strings.Contains(script, "echo -e") {
		return "echo -e"
	}
	return ""
}
