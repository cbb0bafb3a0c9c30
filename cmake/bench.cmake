# What is measured: each folder of bench/ with a CMakeLists.txt of its own. Built by
#   cmake --preset release -B build/bench -DMOOTHALL_BENCH=ON
file(GLOB folders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*/CMakeLists.txt)
foreach(list IN LISTS folders)
    get_filename_component(folder ${list} DIRECTORY)
    add_subdirectory(${folder})
endforeach()
