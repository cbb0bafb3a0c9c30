# src/web/assets/ is compressed, named by content and embedded in moothall_web (web/assets.hpp).
add_executable(moothall_embed ${CMAKE_SOURCE_DIR}/tools/embed/embed.cpp)
target_link_libraries(moothall_embed PRIVATE PkgConfig::brotli PkgConfig::sodium ZLIB::ZLIB)

file(GLOB_RECURSE assets CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/src/web/assets/*.css ${CMAKE_SOURCE_DIR}/src/web/assets/*.js
    ${CMAKE_SOURCE_DIR}/src/web/assets/*.svg ${CMAKE_SOURCE_DIR}/src/web/assets/*.png
    ${CMAKE_SOURCE_DIR}/src/web/assets/*.json)
set(out ${CMAKE_BINARY_DIR}/generated/web/assets_data.cpp)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/web)
add_custom_command(
    OUTPUT ${out}
    COMMAND moothall_embed assets ${out} ${assets}
    DEPENDS moothall_embed ${assets}
    COMMENT "Assets"
    VERBATIM)
target_sources(moothall_web PRIVATE ${out})
