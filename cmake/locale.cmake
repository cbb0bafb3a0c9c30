# locale/*.po become .mo files, which are embedded in moothall_web (web/catalogues.hpp).
find_program(MSGFMT msgfmt REQUIRED)
file(GLOB translations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/locale/*.po)
set(catalogues)
set(catalogue_arguments)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/web ${CMAKE_BINARY_DIR}/locale)
foreach(po IN LISTS translations)
    get_filename_component(code ${po} NAME_WE)
    set(mo ${CMAKE_BINARY_DIR}/locale/${code}.mo)
    add_custom_command(
        OUTPUT ${mo}
        COMMAND ${MSGFMT} --check-format --check-domain --output-file=${mo} ${po}
        DEPENDS ${po}
        COMMENT "Catalogue ${code}"
        VERBATIM)
    list(APPEND catalogues ${mo})
    list(APPEND catalogue_arguments ${code}=${mo})
endforeach()
set(out ${CMAKE_BINARY_DIR}/generated/web/catalogues.cpp)
add_custom_command(
    OUTPUT ${out}
    COMMAND moothall_embed catalogues ${out} ${catalogue_arguments}
    DEPENDS moothall_embed ${catalogues}
    COMMENT "Catalogues"
    VERBATIM)
target_sources(moothall_web PRIVATE ${out})
