# `cpack --config build/release/CPackConfig.cmake` makes a .deb, so that nobody has to compile to use it.
include(GNUInstallDirs)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/moothall.service DESTINATION /usr/lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/Caddyfile DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES
    ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/docs/operating.md
    ${CMAKE_SOURCE_DIR}/docs/users.md ${CMAKE_SOURCE_DIR}/docs/api.md ${CMAKE_SOURCE_DIR}/docs/third-party.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/model/ DESTINATION ${CMAKE_INSTALL_DATADIR}/moothall
    FILES_MATCHING PATTERN "*.fmse" PATTERN "NOTICE.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME moothall)
set(CPACK_PACKAGE_CONTACT "the Moothall project <moothall@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "one place where a company and the people it serves run the company together")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/postinst)
include(CPack)
