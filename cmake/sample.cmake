# The words of the sample company: src/sample/data/*.txt become string literals of moothall_sample.
#
# Included by CMakeLists.txt after the stages; run as a script (cmake -P) by the build itself.
if(NOT CMAKE_SCRIPT_MODE_FILE)
    file(GLOB sample_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/sample/data/*.txt)
    set(sample_source ${CMAKE_BINARY_DIR}/generated/sample/data.cpp)
    add_custom_command(
        OUTPUT ${sample_source}
        COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/src/sample/data -DOUTPUT=${sample_source}
                -P ${CMAKE_CURRENT_LIST_FILE}
        DEPENDS ${sample_files} ${CMAKE_CURRENT_LIST_FILE}
        COMMENT "Sample company"
        VERBATIM)
    target_sources(moothall_sample PRIVATE ${sample_source})
    return()
endif()

cmake_minimum_required(VERSION 3.25)

file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.txt)
list(SORT files)
set(entries "")
set(count 0)
foreach(file IN LISTS files)
    file(READ ${FOLDER}/${file} text)
    # Compilers need not take literals longer than 65,536 characters.
    string(LENGTH "${text}" length)
    if(length GREATER 65000)
        message(FATAL_ERROR "${file} is longer than 65,000 characters: split it in two.")
    endif()
    string(APPEND entries "        {\"${file}\", R\"MOOTHALL(${text})MOOTHALL\"},\n")
    math(EXPR count "${count} + 1")
endforeach()

set(source "// Made by cmake/sample.cmake from src/sample/data/.
#include \"sample/script.hpp\"

#include <array>

namespace moothall::sample {

std::span<const SourceFile> source_files()
{
    static constexpr std::array<SourceFile, ${count}> all{{
${entries}    }};
    return all;
}

} // namespace moothall::sample
")
file(WRITE ${OUTPUT} "${source}")
