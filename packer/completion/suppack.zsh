# SPDX-License-Identifier: GPL-2.0-or-later
# Completes suppack's command lines in zsh, by the tables above.

# What the current word may be, by the name that operand or argument has in the help.
_suppack_offer() {
    case $1 in
    *'|'*) compadd -- ${(s:|:)1} ;;
    DIR) _files -/ ;;
    FILE) _files ;;
    *.*) _files -g "*.${1##*.}(-.)" ;;
    *) _message "$1" ;;
    esac
}

_suppack() {
    local curcontext=$curcontext state line i word place
    local -A opt_args
    local -a options operands specs
    _suppack_command ''
    _arguments -C -s -S $options '1: :->command' '*:: :->operand' && return
    case $state in
    command) _describe command operands ;;
    operand)
        _suppack_command $words[1]
        for ((i = 1; i <= $#operands; i++)); do
            # "FILE..." at the end stands for any number
            word=${operands[i]%...}
            place=$i
            [[ $word == $operands[i] ]] || place='*'
            specs+=("$place:$word: _suppack_offer '$word'")
        done
        _arguments -s -S $options $specs
        ;;
    esac
}

_suppack "$@"
