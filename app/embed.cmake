# embed.cmake -- the app's files as a C table (api/pages/pages.h), made anew when one changes.
#
#     cmake -DFROM=app -DTO=build/release/app -DRELEASE=0.1.0 -DESBUILD=esbuild -P app/embed.cmake
#
# @VERSION@ is replaced by the version, and @FILES@ by the names of all files of it. What is only
# for whoever edits it (modules, comments, blanks, long names) stays behind.
cmake_minimum_required(VERSION 3.25)

set(type_html        "text/html; charset=utf-8")
set(type_js          "text/javascript; charset=utf-8")
set(type_css         "text/css; charset=utf-8")
set(type_json        "application/json")
set(type_svg         "image/svg+xml")
set(type_webmanifest "application/manifest+json")

set(fixed_index.html           "\"/\"")
set(fixed_operator.html        "\"/operator/\"")
set(fixed_worker.js            "\"/worker.js\"")
set(fixed_manifest.webmanifest "\"/manifest.webmanifest\"")

file(GLOB sources RELATIVE ${FROM} ${FROM}/*.html ${FROM}/*.js ${FROM}/*.css ${FROM}/*.json
    ${FROM}/*.svg ${FROM}/*.webmanifest)
list(SORT sources)

set(contents "${RELEASE}\n")
foreach(name IN LISTS sources)
    file(SHA256 ${FROM}/${name} hash)
    string(APPEND contents "${name} ${hash}\n")
endforeach()
string(SHA256 VERSION "${contents}")
string(SUBSTRING ${VERSION} 0 12 VERSION)

# Modules are joined: a page would wait for one after the other.
set(minify --minify --charset=utf8 --log-level=warning --allow-overwrite)
file(GLOB before ${TO}/*.js)
file(REMOVE ${before} ${TO}/files.c)
execute_process(COMMAND ${ESBUILD} ${FROM}/main.js ${FROM}/operator.js --bundle --splitting
    --chunk-names=shared --format=esm ${minify} --outdir=${TO} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB modules RELATIVE ${TO} ${TO}/*.js)

set(others ${sources})
list(FILTER others EXCLUDE REGEX "[.]js$")
list(APPEND others worker.js)
set(names ${modules} ${others})
list(SORT names)
set(FILES "")
foreach(name IN LISTS names)
    if(NOT fixed_${name})
        list(APPEND FILES ${name})
    endif()
endforeach()
list(JOIN FILES " " FILES)

foreach(name IN LISTS others)
    file(READ ${FROM}/${name} text)
    string(REPLACE "@VERSION@" "${VERSION}" text "${text}")
    string(REPLACE "@FILES@" "${FILES}" text "${text}")
    string(REGEX REPLACE "\n[ \n]+" "\n" text "${text}")
    if(name MATCHES "[.]json$")
        string(REGEX REPLACE "\n(\"[^\"]+\":) " "\\1" text "${text}")
    endif()
    file(WRITE ${TO}/${name} "${text}")
    if(name MATCHES "[.](js|css)$")
        execute_process(COMMAND ${ESBUILD} ${minify} ${TO}/${name} --outfile=${TO}/${name}
            COMMAND_ERROR_IS_FATAL ANY)
    endif()
endforeach()

set(rows "")
set(bytes "")
set(number 0)
foreach(name IN LISTS names)
    file(READ ${TO}/${name} hex HEX)
    file(SHA256 ${TO}/${name} hash)
    string(SUBSTRING ${hash} 0 16 hash)
    string(REGEX REPLACE "(..)" "0x\\1," hex "${hex}")
    string(REGEX REPLACE "^.*[.]" "" extension ${name})
    set(fixed NULL)
    if(fixed_${name})
        set(fixed ${fixed_${name}})
    endif()
    string(APPEND bytes "static const unsigned char file_${number}[] = {${hex}};\n")
    string(APPEND rows "    { \"${name}\", ${fixed}, \"${type_${extension}}\", \"\\\"${hash}\\\"\","
        " file_${number}, sizeof file_${number} },\n")
    math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${TO}/files.c "#include \"api/pages/pages.h\"\n\n${bytes}
const struct page_file page_files[] = {\n${rows}};
const size_t page_file_count = ${number};
const char   page_version[]  = \"${VERSION}\";\n")
