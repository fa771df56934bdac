# Completion for bash and zsh: the tables the program itself goes by, then what is written by hand.
add_executable(suppack-completion packer/completion/main.c)
target_link_libraries(suppack-completion PRIVATE sp_completion suppack_flags)

function(suppack_completion shell out)
    set(made ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_DATADIR}/${out})
    set(source ${PROJECT_SOURCE_DIR}/packer/completion/suppack.${shell})
    cmake_path(GET made PARENT_PATH made_dir)
    cmake_path(GET out PARENT_PATH folder)
    add_custom_command(
        OUTPUT ${made}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${made_dir}
        COMMAND suppack-completion ${shell} > ${made}
        COMMAND ${CMAKE_COMMAND} -E cat ${source} >> ${made}
        DEPENDS suppack-completion ${source}
        COMMENT "Making the completion for ${shell}"
        VERBATIM)
    add_custom_target(completion-${shell} ALL DEPENDS ${made})
    add_dependencies(product completion-${shell})
    install(FILES ${made} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endfunction()
# Where the packages bash-completion and zsh look.
suppack_completion(bash bash-completion/completions/suppack)
suppack_completion(zsh zsh/site-functions/_suppack)
