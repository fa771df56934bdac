# suppack_manual(NAME.SECTION.scd)
# Formats a manual page to where it lies when installed, and installs it. Its date is
# SOURCE_DATE_EPOCH's, else its source's own.
find_program(SCDOC scdoc)
function(suppack_manual source)
    cmake_path(ABSOLUTE_PATH source)
    cmake_path(GET source STEM LAST_ONLY page)
    if(NOT SCDOC)
        message(STATUS "no scdoc: ${page} is not built")
        return()
    endif()
    string(REGEX REPLACE "^.*\\." "man" folder ${page})
    set(out ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_MANDIR}/${folder}/${page})
    cmake_path(GET out PARENT_PATH out_dir)
    file(TIMESTAMP ${source} epoch "%s" UTC)
    if(DEFINED ENV{SOURCE_DATE_EPOCH})
        set(epoch $ENV{SOURCE_DATE_EPOCH})
    endif()
    add_custom_command(
        OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${out_dir}
        COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${epoch} ${SCDOC} < ${source} > ${out}
        DEPENDS ${source}
        COMMENT "Formatting ${page}"
        VERBATIM)
    add_custom_target(manual-${page} ALL DEPENDS ${out})
    add_dependencies(product manual-${page})
    install(FILES ${out} DESTINATION ${CMAKE_INSTALL_MANDIR}/${folder})
endfunction()
