# Embeds migrations/NNNN_name.sql (and NNNN_name.pg.sql beside it, for PostgreSQL) into
# moothall_store, as what store::migrations() gives.
#
# Included by CMakeLists.txt after the stages; run as a script (cmake -P) by the build itself.
if(NOT CMAKE_SCRIPT_MODE_FILE)
    file(GLOB migration_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql)
    set(migrations_source ${CMAKE_BINARY_DIR}/generated/store/migrations.cpp)
    add_custom_command(
        OUTPUT ${migrations_source}
        COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/migrations -DOUTPUT=${migrations_source}
                -P ${CMAKE_CURRENT_LIST_FILE}
        DEPENDS ${migration_files} ${CMAKE_CURRENT_LIST_FILE}
        COMMENT "Migrations"
        VERBATIM)
    target_sources(moothall_store PRIVATE ${migrations_source})
    return()
endif()

cmake_minimum_required(VERSION 3.25)

# Raw strings end only at their own mark. Compilers need not take literals longer than 65,536
# characters, so a longer file is refused here, where the reason can be told.
function(append_literal out_variable file)
    file(READ ${file} text)
    string(LENGTH "${text}" length)
    if(length GREATER 65000)
        message(FATAL_ERROR "${file} is longer than 65,000 characters: split it in two.")
    endif()
    set(${out_variable} "${${out_variable}}R\"MOOTHALL(${text})MOOTHALL\"" PARENT_SCOPE)
endfunction()

file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.sql)
list(SORT files)
set(entries "")
set(count 0)
set(previous "")
foreach(file IN LISTS files)
    if(file MATCHES "\\.pg\\.sql$")
        string(REGEX REPLACE "\\.pg\\.sql$" ".sql" common ${file})
        if(NOT common IN_LIST files)
            message(FATAL_ERROR "migrations/${file} has no ${common} beside it for SQLite.")
        endif()
        continue()
    endif()
    if(NOT file MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)\\.sql$")
        message(FATAL_ERROR "migrations/${file} is not named NNNN_name.sql.")
    endif()
    set(digits ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    if(digits STREQUAL previous)
        message(FATAL_ERROR "Two migrations have the number ${digits}.")
    endif()
    set(previous ${digits})
    string(REGEX REPLACE "^0+" "" number ${digits})
    set(for_postgres ${FOLDER}/${digits}_${name}.pg.sql)
    if(NOT EXISTS ${for_postgres})
        set(for_postgres ${FOLDER}/${file})
    endif()
    string(APPEND entries "    {${number}, \"${name}\",\n")
    append_literal(entries ${FOLDER}/${file})
    string(APPEND entries ",\n")
    append_literal(entries ${for_postgres})
    string(APPEND entries "},\n")
    math(EXPR count "${count} + 1")
endforeach()

set(source "// Made by cmake/migrations.cmake from migrations/.
#include \"store/migrate.hpp\"

#include <array>

namespace moothall::store {

std::span<const Migration> migrations()
{
    static constexpr std::array<Migration, ${count}> all{{
${entries}    }};
    return all;
}

} // namespace moothall::store
")
file(WRITE ${OUTPUT} "${source}")
