# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completes suppack's command lines in bash, by the tables above. Needs nothing of the package
# bash-completion but that it finds this file.

# What the current word may be, by the name that operand or argument has in the help.
_suppack_offer() {
    case $1 in
    *'|'*) mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$cur") ;;
    DIR) compopt -o filenames && mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    FILE) compopt -o filenames && mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    *.*) compopt -o filenames && mapfile -t COMPREPLY < <(
        compgen -d -- "$cur"
        compgen -f -X "!*.${1##*.}" -- "$cur"
    ) ;;
    esac
}

_suppack() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' ended='' argument options operands count=0 i
    COMPREPLY=()
    # '=' is a word of its own: "--color=never" is three
    case $prev:$cur in
    --*:=) cur='' ;;
    =:*) prev=${COMP_WORDS[COMP_CWORD - 2]} ;;
    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        case $ended${COMP_WORDS[i]} in
        --) ended=yes ;;
        -*)
            _suppack_argument "${COMP_WORDS[i]}"
            if [[ -n $argument ]]; then
                [[ ${COMP_WORDS[i + 1]} != = ]] || i=$((i + 1))
                i=$((i + 1))
            fi
            ;;
        *) if [[ -z $command ]]; then command=${COMP_WORDS[i]}; else count=$((count + 1)); fi ;;
        esac
    done
    if ((i > COMP_CWORD)); then # an option took the current word
        _suppack_argument "$prev"
        _suppack_offer "$argument"
        return
    fi
    _suppack_command "$command"
    # "FILE..." at the end stands for any number
    if [[ ${operands[*]} == *... ]] && ((count >= ${#operands[@]})); then count=$((${#operands[@]} - 1)); fi
    if [[ -z $ended && $cur == -* ]]; then
        _suppack_offer "$options"
    else
        _suppack_offer "${operands[count]%...}"
    fi
}
complete -F _suppack suppack
