# moothall_unite(TARGET sources…)
#
# With MOOTHALL_UNITY, files of one target are compiled some at a time: most of what the compiler does for a file
# of ours is reading headers, and that it then does once for all of them. MOOTHALL_UNITY is how many kilobytes of
# sources go together: so many that headers weigh little, so few that two processors end at about the same time.
#
# Files compiled together share their unnamed namespaces, so a name there has to say what it is about. The handlers of
# the API stay apart from those of the pages, since `get_voice` is the right name in both. What the build itself
# generates is compiled alone, too: it is large, and its size is not yet known here.
function(moothall_unite target)
    if(NOT MOOTHALL_UNITY)
        return()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    set(api ${ARGN})
    list(FILTER api INCLUDE REGEX "_(api|json)\\.cpp$")
    set(others ${ARGN})
    list(REMOVE_ITEM others ${api} "")
    foreach(kind IN ITEMS api others)
        moothall_group(${target}_${kind} ${${kind}})
    endforeach()
endfunction()

# Cuts the files into as few groups as the size allows, all about as large.
function(moothall_group name)
    set(total 0)
    foreach(source IN LISTS ARGN)
        file(SIZE ${source} bytes)
        math(EXPR total "${total} + ${bytes}")
    endforeach()
    math(EXPR groups "${total} / (${MOOTHALL_UNITY} * 1000) + 1")
    set(before 0)
    foreach(source IN LISTS ARGN)
        math(EXPR group "${before} * ${groups} / ${total}")
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${name}_${group})
        file(SIZE ${source} bytes)
        math(EXPR before "${before} + ${bytes}")
    endforeach()
endfunction()
