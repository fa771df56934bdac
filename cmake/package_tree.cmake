# Run by cpack on the tree it is about to pack.
# Folders came with the umask of who packs, files did not. (CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
# is cut by the umask as well.)
file(CHMOD_RECURSE ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}
    DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# What Debian wants elsewhere than `cmake --install` puts it.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
# zsh as Debian builds it does not look in site-functions.
file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
file(READ ${share}/doc/suppack/LICENSE.multipath-hook mit)
file(WRITE ${share}/doc/suppack/copyright
    "suppack is under the GNU General Public License, version 2 or later (on Debian systems in
/usr/share/common-licenses/GPL-2); multipath-hook and storagelink-hook, in /usr/libexec/suppack, are under this one:

${mit}")
file(CHMOD ${share}/doc/suppack/copyright PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
file(REMOVE ${share}/doc/suppack/LICENSE)
