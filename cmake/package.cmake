# `cpack` in a build tree makes a .deb and an .rpm of suppack itself; `ci/package` does and tries them.
set(SUPPACK_MAINTAINER "suppack maintainers <suppack@example.invalid>" CACHE STRING "Who the packages name as maintainer")
set(CPACK_GENERATOR "DEB;RPM")
set(CPACK_PACKAGE_CONTACT ${SUPPACK_MAINTAINER})
set(CPACK_PACKAGE_VENDOR suppack)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION "Makes, signs, checks and publishes one ISO that installs a storage vendor's multipath settings on XenServer 5.6 to 8 and XCP-ng, and takes them out again.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
# Strips what install(TARGETS) lays down: not the hooks, whose bytes go into packs.
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package_tree.cmake)

# The libraries are found by the packaging tools; gpg is run by gpgme.
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "gnupg")

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "GPL-2.0-or-later AND MIT")
set(CPACK_RPM_PACKAGE_REQUIRES "/usr/bin/gpg") # what distributions call the package differs
set(CPACK_RPM_PACKAGE_DESCRIPTION ${CPACK_PACKAGE_DESCRIPTION})
# rpmbuild's own steps after %install strip and compress what it is given: the hooks too.
set(CPACK_RPM_SPEC_MORE_DEFINE "%define __os_install_post %{nil}\n%define _build_id_links none")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /usr/libexec /usr/share/man /usr/share/man/man1 /usr/share/man/man5 /usr/share/man/man8
    /usr/share/bash-completion /usr/share/bash-completion/completions
    /usr/share/zsh /usr/share/zsh/site-functions)
include(CPack)
