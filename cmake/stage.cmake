# moothall_stage(NAME libraries…)
#
# Makes the library moothall_NAME from src/NAME/*.cpp and src/NAME/templates/*.html, linked to the
# stages before it. Subfolders of a stage are its engines (pure: data in, result out); they become
# moothall_NAME_engines, which sees only base and text.
#
# With MOOTHALL_PRECOMPILED the headers that nearly all read are compiled once for the stages up to web, and once, with
# the seams of web and people, for those from people on.
set(MOOTHALL_STAGES "" CACHE INTERNAL "")

# All that has to be generated before a source file can be read (tests/policy/tidy).
add_custom_target(templates)

function(moothall_precompile library first header)
    if(NOT MOOTHALL_PRECOMPILED)
        return()
    endif()
    if("${library}" STREQUAL "${first}")
        target_precompile_headers(${library} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
    else()
        target_precompile_headers(${library} REUSE_FROM ${first})
    endif()
endfunction()

function(moothall_stage NAME)
    set(folder ${CMAKE_SOURCE_DIR}/src/${NAME})
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    file(GLOB_RECURSE engine_sources CONFIGURE_DEPENDS ${folder}/*/*.cpp)
    list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
    list(FILTER engine_sources EXCLUDE REGEX "_test\\.cpp$")
    file(GLOB templates CONFIGURE_DEPENDS ${folder}/templates/*.html)
    set(written ${sources})

    if(engine_sources)
        add_library(moothall_${NAME}_engines STATIC ${engine_sources})
        target_include_directories(moothall_${NAME}_engines PUBLIC ${CMAKE_SOURCE_DIR}/src)
        target_link_libraries(moothall_${NAME}_engines PUBLIC moothall_text)
        if(CMAKE_BUILD_TYPE STREQUAL Debug)
            # Nothing but computation: their tests take minutes otherwise. (Headers are precompiled without -O.)
            target_compile_options(moothall_${NAME}_engines PRIVATE -O1)
        else()
            moothall_precompile(moothall_${NAME}_engines moothall_base precompiled.hpp)
        endif()
        moothall_unite(moothall_${NAME}_engines ${engine_sources})
    endif()

    if(templates)
        set(out ${CMAKE_BINARY_DIR}/generated/${NAME})
        set(compiler ${CMAKE_SOURCE_DIR}/tools/templates/compile.py)
        file(GLOB compiler_parts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/templates/*.py)
        file(GLOB web_templates CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/web/templates/*.html)
        add_custom_command(
            OUTPUT ${out}/templates.hpp ${out}/templates.cpp
            COMMAND ${Python3_EXECUTABLE} ${compiler} --source ${CMAKE_SOURCE_DIR}/src --stage ${NAME} --output ${out}
            DEPENDS ${compiler_parts} ${templates} ${web_templates}
            COMMENT "Templates of ${NAME}"
            VERBATIM)
        list(APPEND sources ${out}/templates.cpp)
    endif()

    if(sources)
        add_library(moothall_${NAME} STATIC ${sources})
        moothall_unite(moothall_${NAME} ${written})
        if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
            # Rules and pages call much and loop little: a sixth less to compile for a twentieth more to run. What is
            # called for everything (the server, the store, the log) is left as it is.
            if(NOT NAME MATCHES "^(base|text|store|record|web)$")
                target_compile_options(moothall_${NAME} PRIVATE "SHELL:-mllvm -inline-threshold=60")
            endif()
            if(NAME MATCHES "^(sample|cli)$")
                target_compile_options(moothall_${NAME} PRIVATE -O1) # each runs once
            endif()
        endif()
        set(visibility PUBLIC)
        if(templates)
            add_custom_target(templates_${NAME} DEPENDS ${out}/templates.hpp ${out}/templates.cpp)
            add_dependencies(moothall_${NAME} templates_${NAME})
            add_dependencies(templates templates_${NAME})
        endif()
    else()
        add_library(moothall_${NAME} INTERFACE)
        set(visibility INTERFACE)
    endif()
    target_include_directories(moothall_${NAME} ${visibility} ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
    if(MOOTHALL_STAGES)
        list(GET MOOTHALL_STAGES -1 previous)
        target_link_libraries(moothall_${NAME} ${visibility} moothall_${previous})
    endif()
    if(TARGET moothall_${NAME}_engines)
        target_link_libraries(moothall_${NAME} ${visibility} moothall_${NAME}_engines)
    endif()
    target_link_libraries(moothall_${NAME} ${visibility} ${ARGN})
    list(APPEND MOOTHALL_STAGES ${NAME})
    if(sources AND people IN_LIST MOOTHALL_STAGES)
        moothall_precompile(moothall_${NAME} moothall_people precompiled_stage.hpp)
    elseif(sources)
        moothall_precompile(moothall_${NAME} moothall_base precompiled.hpp)
    endif()
    set(MOOTHALL_STAGES "${MOOTHALL_STAGES}" CACHE INTERNAL "")
endfunction()
