# tidy.cmake -- the rules of the house that a machine can check.
#
#     cmake -P tests/tidy.cmake          (also the ctest named "tidy")
#
# 1. Arrows point one way: a room includes only from the rooms named beside it, and every
#    source is in a room that has a row.
# 2. Each third party has one face.
# 3. A file fits in the head: at most 400 lines of at most 100 columns, functions
#    of at most 70 lines; a header and a table say first what they are, a row
#    of a table what it means.
# 4. No function the house has a better one for; time and chance enter by core/base. A
#    service's request or chore reads by a reader of its own, never by the store's.
# 5. A state is compared as an enum: its text is the codec's and the wire's.
# 6. No tabs, trailing blanks or banners; nothing left for later.
#
# A file is one string and every rule one search over it: a CMake list would split
# at ";" and glue at "[", and a loop over lines takes half a minute.

# A room is a folder: its files, and those of no folder below it. Behind it stand the rooms
# it may include from, with all that is below them; itself it may always.
set(rooms
    "core/base:"
    "core/store:     core/base"
    "core/facts:     core/base"
    "core/wire:      core/base"
    "core/vault:     core/base core/store"
    "core/log:       core/base core/store core/facts core/vault"
    "core/leases:    core/base core/store"
    "core/rules:     core/base core/store core/facts core/wire"
    "core/ledger:    core/base core/store core/facts core/vault core/log core/rules"
    "projections:    core/base core/store core/facts"

    "replay/fold:    core projections"
    "replay/verify:  core projections replay/fold"
    "replay/past:    core projections replay/fold"
    "replay/copy:    core projections replay/fold replay/verify"
    "replay/receipt: core projections replay/fold"

    "api/http:       core/base"
    "api/post:       core/base core/wire"
    "api/settings:   core/base core/rules core/wire"
    "api/ground:     core api/settings"
    "api/call:       core projections api/http api/settings api/ground"
    "api/places:     core projections api/http"
    "api/things:     core projections"
    "api/courier:    core projections api/ground api/post"
    "api/pushes:     core projections api/ground api/post"
    "api/deliveries: core projections api/ground api/call api/courier"
    "api/chores:     core projections replay api/ground api/post api/call api/courier api/places"
    "api/app:        core projections replay api/post api/call api/places api/pushes api/things"
    "api/vendors:    core projections api/ground api/post api/call api/courier api/deliveries \
api/places api/things"
    "api/operator:   core projections replay api/post api/call api/chores api/deliveries api/places"
    "api/audit:      core projections replay api/ground api/call"
    "api/pages:      core api/call"
    "api/service:    core projections replay api"
    "api:            core api"

    "cli/tool:       core projections replay/fold api/post"
    "cli/operator:   core cli/tool"
    "cli/evidence:   core projections replay cli/tool"
    "cli/past:       core projections replay cli/tool"
    "cli/keep:       core projections replay cli/tool cli/evidence"
    "cli/witness:    core api/http cli/tool"
    "cli/demo:       core api/http cli/tool"
    "cli:            core cli")
# Tests and benchmarks stand on everything; their folders are not told apart.
set(grounds tests bench)

# header: the files that may include it. Tests and benchmarks play the outside
# world, so they may include all.
set(faces
    "<rocksdb/:  core/store/"
    "<msgpack:   core/base/(packed|shape)[.][ch]"
    "<openssl/:  core/base/crypto[a-z_]*[.]c|api/http/tls[.][ch]"
    "<event2/:   api/http/|api/post/post[.]c"
    "<curl/:     api/post/post[.]c")

set(banned "v?sprintf|strcpy|strcat|strtok|atoi|gets|alloca")
set(banned_in_api "store_reader")
set(banned_above_base "time|gettimeofday|clock_gettime|s?rand")
set(unfinished "TODO|FIXME|XXX|HACK|WIP|TBD|[Ff]or now|[Ss]tub|[Uu]nimplemented")
set(elsewhere "/work/|[.][.]/shared|(issue|fixes|closes) #[0-9]")

file(READ ${CMAKE_CURRENT_LIST_DIR}/../core/facts/states.def state_texts)
string(REGEX MATCHALL "(STEP|WORD)[(][A-Za-z_]+, +\"[a-z-]+\"" state_texts "${state_texts}")
list(TRANSFORM state_texts REPLACE "^.*(\"[a-z-]+\")$" "\\1")
list(FILTER state_texts EXCLUDE REGEX "true|false") # more often they are flags
list(JOIN state_texts "|" state_texts)

set(lines_max 400)
set(columns_max 100)
set(function_lines_max 70)
set(base_files_max 32) # everyone must know the lowest room by heart

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
set(root ${root}/) # what GLOB's RELATIVE takes off
string(REPEAT "[^\n]" ${columns_max} full_line)
string(REPEAT "\n" ${function_lines_max} full_function)
string(ASCII 128 first)
string(ASCII 191 last)
set(utf8_tail "[${first}-${last}]") # bytes of a character after its first
set(untidy 0)

function(complain number what)
    message("${file}:${number}: ${what}")
    math(EXPR untidy "${untidy} + 1")
    set(untidy ${untidy} PARENT_SCOPE)
endfunction()

function(count_lines in out)
    string(REGEX REPLACE "[^\n]" "" newlines "${in}")
    string(LENGTH "${newlines}" length)
    set(${out} ${length} PARENT_SCOPE)
endfunction()

# Every place in `in` that matches `pattern`. `in` starts with a newline, so that
# a pattern can ask for the start of a line by "\n".
function(forbid in pattern what)
    set(rest "${in}")
    set(passed 0)
    while(rest MATCHES "${pattern}")
        set(hit "${CMAKE_MATCH_0}")
        string(FIND "${rest}" "${hit}" at)
        string(LENGTH "${hit}" length)
        string(SUBSTRING "${rest}" 0 ${at} before)
        count_lines("${before}" number)
        math(EXPR number "${passed} + ${number}")
        if(hit MATCHES "^\n")
            math(EXPR number "${number} + 1")
        endif()
        string(REGEX REPLACE "^[\n ]+|\n+$" "" shown "${hit}")
        complain(${number} "${what}: ${shown}")
        math(EXPR at "${at} + ${length}")
        string(SUBSTRING "${rest}" 0 ${at} before)
        count_lines("${before}" number)
        math(EXPR passed "${passed} + ${number}")
        string(SUBSTRING "${rest}" ${at} -1 rest)
        if(hit MATCHES "\n$") # the newline may also start the next hit
            math(EXPR passed "${passed} - 1")
            set(rest "\n${rest}")
        endif()
    endwhile()
    set(untidy ${untidy} PARENT_SCOPE)
endfunction()

# Rules of every text we write, whatever its language.
function(check_text)
    forbid("${text}" "\n${full_line}[^\n]+" "more than ${columns_max} columns")
    forbid("${text}" "\n[^\n]*\t" "a tab")
    forbid("${text}" "\n[^\n]*[ ]\n" "a trailing blank")
    count_lines("${text}" lines)
    math(EXPR lines "${lines} - 1") # one was put before the text
    if(lines GREATER lines_max)
        complain(${lines} "more than ${lines_max} lines")
    endif()
    if(NOT text MATCHES "\n$")
        complain(${lines} "the last line has no end")
    endif()
    if(NOT file STREQUAL "tests/tidy.cmake") # it has to name what it forbids
        forbid("${text}" "[^A-Za-z](${unfinished})[^A-Za-z]" "unfinished")
        forbid("${text}" "[^a-z](${elsewhere})" "not of this project")
    endif()
    if(file MATCHES "(^|[/_])(utils?|common|helpers?|managers?|misc)[._/]")
        complain(1 "a name that says nothing")
    endif()
    set(untidy ${untidy} PARENT_SCOPE)
endfunction()

# Rules of C: .c .h .def. `allowed` is the pattern of the rooms it may include.
function(check_c)
    string(REGEX REPLACE "\n#include \"(${allowed})/" "\n" foreign "${text}")
    forbid("${foreign}" "\n[ ]*#[ ]*include \"[^\n]*" "${room} may not")
    set(call "[^A-Za-z0-9_.>]")
    forbid("${text}" "${call}(${banned})[(]" "a banned call")
    if(NOT file MATCHES "^(core/base/|tests/faults/stepped_clock[.]c$)") # which is the world's
        forbid("${text}" "${call}(${banned_above_base})[(]" "only core/base may call")
    endif()
    if(room MATCHES "^api")
        forbid("${text}" "${call}(${banned_in_api})[(]" "a failure would be everybody's, in api")
    endif()
    if(NOT room MATCHES "^(tests|bench|cli)") # piot is a client: what it compares is the wire's
        forbid("${text}" "${call}(slice_equal|is|str[a-z]*cmp)[(][^;{}]*(${state_texts})"
            "a state compared as text")
    endif()
    if(NOT room MATCHES "^(tests|bench)$")
        foreach(face IN LISTS faces)
            string(REGEX MATCH "^([^:]+): +(.*)$" matched "${face}")
            set(header "${CMAKE_MATCH_1}")
            if(NOT file MATCHES "^(${CMAKE_MATCH_2})")
                forbid("${text}" "\n[ ]*#[ ]*include ${header}[^\n]*" "not its face")
            endif()
        endforeach()
    endif()
    # What is left of a function at the margin: its braces and its newlines.
    string(REGEX REPLACE "\n[^{}\n][^\n]*" "\n" margin "${text}")
    forbid("${margin}" "\n{\n${full_function}\n"
        "a function of more than ${function_lines_max} lines")
    forbid("${text}" "\n *//[^\n]*" "a comment of C++")
    forbid("${text}" "/[*][^\n]*(=====|[*][*][*]|####)" "a banner")
    get_filename_component(name ${file} NAME)
    string(REPLACE "." "[.]" name ${name})
    if(file MATCHES "\\.(h|def)$" AND NOT text MATCHES "^\n/[*] ${name} -- ")
        complain(1 "does not begin by saying what it is: /* name -- what")
    endif()
    if(file MATCHES "\\.def$")
        forbid("${text}" "\n *[A-Z_]+[(]([^\"()\n]*|[^\n]*\"\")[)]" "a row without its meaning")
    endif()
    set(untidy ${untidy} PARENT_SCOPE)
endfunction()

# Looks at `files`, all of one room.
function(check_files)
    foreach(file IN LISTS files)
        file(READ ${root}${file} text)
        string(REGEX REPLACE "${utf8_tail}" "" text "\n${text}")
        check_text()
        check_c()
    endforeach()
    list(LENGTH files count)
    if(room STREQUAL "core/base" AND count GREATER base_files_max)
        set(file core/base)
        complain(0 "more than ${base_files_max} files")
    endif()
    set(untidy ${untidy} PARENT_SCOPE)
endfunction()

set(homeless "")
foreach(floor core projections replay api cli)
    file(GLOB_RECURSE files RELATIVE ${root} ${root}${floor}/*.c ${root}${floor}/*.h
        ${root}${floor}/*.def)
    list(APPEND homeless ${files})
endforeach()
foreach(rule IN LISTS rooms)
    string(REGEX MATCHALL "[a-z/]+" allowed "${rule}")
    list(GET allowed 0 room)
    list(JOIN allowed "|" allowed)
    file(GLOB files RELATIVE ${root} ${root}${room}/*.c ${root}${room}/*.h ${root}${room}/*.def)
    check_files()
    list(REMOVE_ITEM homeless ${files})
endforeach()
foreach(file IN LISTS homeless)
    complain(1 "in no room of the table above")
endforeach()
foreach(room IN LISTS grounds)
    set(allowed "[a-z]+")
    file(GLOB_RECURSE files RELATIVE ${root} ${root}${room}/*.c ${root}${room}/*.h
        ${root}${room}/*.def)
    list(FILTER files EXCLUDE REGEX "node_modules/")
    check_files()
endforeach()

set(globs app/*.js app/*.css app/*.html tests/*.cmake tests/*.mjs tests/*.js tests/*.sh
    bench/*.sh deploy/*.sh CMakeLists.txt dev .ci/run)
foreach(glob IN LISTS globs)
    file(GLOB_RECURSE files RELATIVE ${root} ${root}${glob})
    if(NOT glob MATCHES "/") # those at the top only
        set(files ${glob} tests/${glob})
    endif()
    list(FILTER files EXCLUDE REGEX "node_modules/")
    foreach(file IN LISTS files)
        if(EXISTS ${root}${file})
            file(READ ${root}${file} text)
            string(REGEX REPLACE "${utf8_tail}" "" text "\n${text}")
            check_text()
        endif()
    endforeach()
endforeach()

if(untidy)
    message(FATAL_ERROR "${untidy} untidy places")
endif()
