# suppack_manual(PAGE): formats PAGE.scd of this folder, a name such as multipath-hook.8, and installs it.
# Its date is SOURCE_DATE_EPOCH's, else its source's own.
find_program(SCDOC scdoc)
function(suppack_manual page)
    if(NOT SCDOC)
        message(STATUS "no scdoc: ${page} is not built")
        return()
    endif()
    set(manual ${CMAKE_CURRENT_SOURCE_DIR}/${page}.scd)
    string(REGEX REPLACE ".*\\." "man" section ${page})
    set(out ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_MANDIR}/${section}/${page})
    cmake_path(GET out PARENT_PATH out_dir)
    file(TIMESTAMP ${manual} manual_epoch "%s" UTC)
    if(DEFINED ENV{SOURCE_DATE_EPOCH})
        set(manual_epoch $ENV{SOURCE_DATE_EPOCH})
    endif()
    add_custom_command(
        OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${out_dir}
        COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${manual_epoch} ${SCDOC} < ${manual} > ${out}
        DEPENDS ${manual}
        COMMENT "Formatting ${page}"
        VERBATIM)
    add_custom_target(${page}-manual ALL DEPENDS ${out})
    install(FILES ${out} DESTINATION ${CMAKE_INSTALL_MANDIR}/${section})
endfunction()
