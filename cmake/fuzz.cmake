# fuzz/NAME_fuzz.cpp becomes the program fuzz_NAME.
file(GLOB targets CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.cpp)
foreach(source IN LISTS targets)
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${name})
    add_executable(fuzz_${name} ${source})
    target_link_libraries(fuzz_${name} PRIVATE moothall_cli)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endforeach()
