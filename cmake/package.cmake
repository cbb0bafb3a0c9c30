# `cpack --config build/release/CPackConfig.cmake` makes a .deb, so that nobody has to compile to use it.
# packaging/check installs it on a clean Debian and tries it.
include(GNUInstallDirs)
set(packaging ${CMAKE_SOURCE_DIR}/packaging)
# Debian wants the changelog packed, and -n keeps the time out of it, so that it is the same every time.
find_program(GZIP gzip)
if(GZIP)
    execute_process(COMMAND ${GZIP} -9nc ${packaging}/changelog OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.gz)
    install(FILES ${CMAKE_BINARY_DIR}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()
install(FILES ${packaging}/moothall.service DESTINATION /usr/lib/systemd/system)
install(FILES ${packaging}/Caddyfile DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES
    ${packaging}/copyright ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/docs/operating.md
    ${CMAKE_SOURCE_DIR}/docs/users.md ${CMAKE_SOURCE_DIR}/docs/api.md ${CMAKE_SOURCE_DIR}/docs/widget.md
    ${CMAKE_SOURCE_DIR}/docs/third-party.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/model/ DESTINATION ${CMAKE_INSTALL_DATADIR}/moothall
    FILES_MATCHING PATTERN "*.fmse" PATTERN "NOTICE.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME moothall)
set(CPACK_PACKAGE_CONTACT "the Moothall project <moothall@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "one place where a company and the people it serves run the company together")
set(CPACK_PACKAGE_DESCRIPTION
    "People say what they want, see what was made of it, decide together, and hear what became of it.
One program with its own database (SQLite, or PostgreSQL), pages that work without scripts, and an API.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The fonts are those of the pictures that go with links (tell/preview).
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "caddy, postgresql")
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/postinst ${packaging}/prerm ${packaging}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
include(CPack)
