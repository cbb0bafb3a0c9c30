set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(CCACHE ccache)
if(CCACHE)
    # Sloppy only in what precompiled headers need; no source of ours reads __TIME__.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
        CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Werror)
# A field that an initialiser leaves out takes its default: that is what the default is for.
add_compile_options(-Wno-missing-field-initializers)
add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS> $<$<CONFIG:Debug>:MOOTHALL_ABORT_ON_BUG>)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fuse-ld=lld-19)
    if(MOOTHALL_PRECOMPILED)
        add_compile_options("SHELL:-Xclang -fno-pch-timestamp") # so that ccache knows it again
    endif()
else()
    add_link_options(-fuse-ld=mold)
    # False positives of g++ 12 inside inlined std::string and std::vector (GCC bugs 105329, 105651, 109717).
    if(MOOTHALL_PRECOMPILED)
        add_compile_options(-fpch-preprocess) # so that ccache sees what was precompiled
    endif()
    add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-dangling-pointer)
endif()

if(MOOTHALL_SANITIZE)
    add_compile_options(-fsanitize=${MOOTHALL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${MOOTHALL_SANITIZE})
endif()
if(MOOTHALL_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Only on -O1 and up does the library check what it is given at no great cost.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-O2 -fstack-protector-strong)
    add_compile_definitions(_FORTIFY_SOURCE=2)
    add_link_options(-Wl,-z,relro,-z,now)
endif()
