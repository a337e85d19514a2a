/** What the program answers with candidates for the words after it, one a line. Another shell would get descriptions beside them. */
const ASK = 'SHELL=bash ganeval --get-yargs-completions';

const BASH = `_ganeval() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$(${ASK} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "$word"))
}
complete -o bashdefault -o default -F _ganeval ganeval
`;

const ZSH = `#compdef ganeval
_ganeval() {
  local -a found
  found=(\${(f)"$(${ASK} "\${(@)words[1,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -- $found; else _files; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then _ganeval "$@"; else compdef _ganeval ganeval; fi
`;

const FISH = `function __ganeval_complete
    ${ASK} (commandline -opc) (commandline -ct) 2>/dev/null
end
complete -c ganeval -a '(__ganeval_complete)'
`;

/** What a shell has to run, so that it completes commands, options and values of ganeval. */
export const COMPLETION_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

/** A shell for which there is a script. */
export type CompletedShell = keyof typeof COMPLETION_SCRIPTS;

/** The shells for which there is a script. */
export const COMPLETED_SHELLS = Object.keys(COMPLETION_SCRIPTS) as readonly CompletedShell[];
