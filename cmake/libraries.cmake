# Everything here is a Debian 12 package; ./run and ./test install them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS system json locale)
find_package(SQLite3 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
# Debian's own, which its packages for the tests serve (lxml, icalendar), where another stands before it.
if(EXISTS /usr/bin/python3 AND NOT DEFINED Python3_EXECUTABLE)
    set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(brotli REQUIRED IMPORTED_TARGET libbrotlienc libbrotlicommon)
pkg_check_modules(cjose REQUIRED IMPORTED_TARGET cjose)
find_package(GIF REQUIRED)
pkg_check_modules(png REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(jpeg REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
pkg_check_modules(freetype REQUIRED IMPORTED_TARGET freetype2)
pkg_check_modules(zip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(gmime REQUIRED IMPORTED_TARGET gmime-3.0)

# cmark-gfm ships neither a CMake nor a pkg-config file for its extensions.
find_library(CMARK_GFM cmark-gfm REQUIRED)
find_library(CMARK_GFM_EXTENSIONS cmark-gfm-extensions REQUIRED)
add_library(PkgConfig::cmark INTERFACE IMPORTED)
target_link_libraries(PkgConfig::cmark INTERFACE ${CMARK_GFM_EXTENSIONS} ${CMARK_GFM})

# Snowball's stemmers come without either, too.
find_library(STEMMER stemmer REQUIRED)

if(NOT TARGET SQLite::SQLite3)
    add_library(SQLite::SQLite3 ALIAS SQLite3::SQLite3)
endif()
