# suppack_layer(name folder [LAYERS below...] [LIBS third-party...])
# One static library a folder. Its headers are visible to exactly those that link it; its
# third-party libraries are private, so no header of theirs leaks into another layer.
function(suppack_layer name folder)
    cmake_parse_arguments(L "" "" "LAYERS;LIBS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
    list(FILTER sources EXCLUDE REGEX "/main\\.c$")
    add_library(sp_${name} STATIC ${sources})
    target_include_directories(sp_${name} PUBLIC ${folder})
    target_link_libraries(sp_${name} PUBLIC PkgConfig::GLIB PRIVATE suppack_flags ${L_LIBS})
    foreach(below IN LISTS L_LAYERS)
        target_link_libraries(sp_${name} PUBLIC sp_${below})
    endforeach()
endfunction()
