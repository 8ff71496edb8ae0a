# Completion of dopt for bash: the program itself says what can follow.
_dopt() {
  local current=${COMP_WORDS[COMP_CWORD]}
  local words=("${COMP_WORDS[@]:0:COMP_CWORD}")
  if [[ $current == -* ]]; then
    words+=("$current")
  fi
  COMPREPLY=($(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$current"))
}
complete -o bashdefault -o default -F _dopt dopt
