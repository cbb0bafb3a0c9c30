find_package(GTest REQUIRED)
find_library(RAPIDCHECK rapidcheck)
include(GoogleTest)

function(moothall_test_binary TARGET LIBRARY)
    add_executable(${TARGET} ${ARGN})
    moothall_unite(${TARGET} ${ARGN})
    target_link_libraries(${TARGET} PRIVATE ${LIBRARY} GTest::gtest GTest::gmock GTest::gtest_main)
    if(RAPIDCHECK)
        target_link_libraries(${TARGET} PRIVATE ${RAPIDCHECK})
    endif()
    target_compile_definitions(${TARGET} PRIVATE MOOTHALL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${TARGET} COMMAND ${TARGET})
endfunction()

foreach(stage IN LISTS MOOTHALL_STAGES)
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${stage}/*_test.cpp)
    if(tests)
        moothall_test_binary(test_${stage} moothall_${stage} ${tests})
        if(TARGET test_people AND MOOTHALL_PRECOMPILED)
            moothall_precompile(test_${stage} test_people precompiled_test.hpp)
        endif()
    endif()
    file(GLOB_RECURSE engine_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${stage}/*/*_test.cpp)
    if(engine_tests)
        moothall_test_binary(test_${stage}_engines moothall_${stage}_engines ${engine_tests})
    endif()
endforeach()

# tools/NAME/*_test.py and tests/policy/*_test.py are programs of Python's unittest.
file(GLOB python_tests CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/tools/*/*_test.py ${CMAKE_SOURCE_DIR}/tests/policy/*_test.py)
foreach(source IN LISTS python_tests)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(folder ${folder} NAME)
    get_filename_component(name ${source} NAME_WE)
    add_test(NAME ${folder}_${name} COMMAND ${Python3_EXECUTABLE} ${source})
endforeach()

# A toy application on the HTTP layer, for tests/trust/hostile.py and slowloris.py.
add_executable(http_probe EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/trust/http_probe.cpp)
target_link_libraries(http_probe PRIVATE moothall_web)

# The black-box testers drive the program that people run; ./test builds it first. They share a port, so one of them runs
# at a time, beside other tests; the long ones begin first (COST).
foreach(tool IN ITEMS crash nodes powercut hostile matrix race slowloris ssrf xss disk_full upgrade backup)
    add_test(NAME trust_${tool}
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/trust/trust.py ${tool}
            --program ${CMAKE_SOURCE_DIR}/build/release/moothall)
    set_tests_properties(trust_${tool} PROPERTIES LABELS trust TIMEOUT 3600 RESOURCE_LOCK trust COST 60)
endforeach()

# Chromium, and identity providers, on the same program. ./test fetches what package-lock.json names in each folder.
foreach(folder IN ITEMS browser oidc)
    add_test(NAME ${folder}
        COMMAND ${CMAKE_COMMAND} -E env MOOTHALL_PROGRAM=${CMAKE_SOURCE_DIR}/build/release/moothall
            ${CMAKE_SOURCE_DIR}/tests/browser/run ${CMAKE_SOURCE_DIR}/tests/${folder})
    set_tests_properties(${folder} PROPERTIES LABELS browser TIMEOUT 900 RESOURCE_LOCK browser COST 100)
endforeach()

# Drives every operation of the API's own document.
add_test(NAME api_operations
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/api/operations.py
        --program ${CMAKE_SOURCE_DIR}/build/release/moothall)
set_tests_properties(api_operations PROPERTIES LABELS trust TIMEOUT 300)

# Walks every list of it; and the commands as somebody types them.
foreach(program IN ITEMS api/lists cli/commands)
    string(REPLACE "/" "_" name ${program})
    add_test(NAME ${name}
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/${program}.py
            --program ${CMAKE_SOURCE_DIR}/build/release/moothall)
    set_tests_properties(${name} PROPERTIES LABELS trust TIMEOUT 300)
endforeach()

# Sends it what its document allows and what it does not (77: no Schemathesis; ./test --full installs it).
add_test(NAME api_documented
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/api/documented.py
        --program ${CMAKE_SOURCE_DIR}/build/release/moothall)
set_tests_properties(api_documented PROPERTIES LABELS trust TIMEOUT 3600 SKIP_RETURN_CODE 77 COST 60)

# Each story is told to the program that people run, on SQLite and (77: no server for tests) on PostgreSQL.
file(GLOB stories CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/stories/story_*.py)
foreach(source IN LISTS stories)
    get_filename_component(name ${source} NAME_WE)
    foreach(engine IN ITEMS sqlite postgres)
        add_test(NAME ${name}_${engine}
            COMMAND ${Python3_EXECUTABLE} ${source} --program ${CMAKE_SOURCE_DIR}/build/release/moothall
                $<$<STREQUAL:${engine},postgres>:--postgres>
            COMMAND_EXPAND_LISTS)
        set_tests_properties(${name}_${engine} PROPERTIES LABELS stories TIMEOUT 300 SKIP_RETURN_CODE 77)
    endforeach()
endforeach()
