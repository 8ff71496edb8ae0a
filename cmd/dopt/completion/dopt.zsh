#compdef dopt
# Completion of dopt for zsh: the program itself says what can follow.
_dopt() {
  local -a given answers
  given=("${(@)words[1,CURRENT-1]}")
  if [[ ${words[CURRENT]} == -* ]]; then
    given+=("${words[CURRENT]}")
  fi
  answers=("${(@f)$("${given[@]}" --generate-bash-completion 2>/dev/null)}")
  if [[ -n ${answers[1]} ]]; then
    _describe 'dopt' answers
  else
    _files
  fi
}
compdef _dopt dopt
