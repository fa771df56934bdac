# One place for the warnings and sanitizers every target of this project is built with.
add_library(suppack_flags INTERFACE)
target_compile_options(suppack_flags INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wformat=2 -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wnull-dereference -Wundef -fno-common)
if(SUPPACK_WERROR)
    target_compile_options(suppack_flags INTERFACE -Werror)
endif()
if(SUPPACK_SANITIZE)
    target_compile_options(suppack_flags INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(suppack_flags INTERFACE -fsanitize=address,undefined)
endif()
