# The compilers of what runs on hosts: static, musl, one for each machine of theirs. For i386 it is the cross
# compiler that Debian's musl-dev:i386 brings, of the suite's own version, with the libgcc that goes with it.
set(musl_x86_64 gcc -m64 -specs /usr/lib/x86_64-linux-musl/musl-gcc.specs)
set(musl_i386 i686-linux-gnu-gcc -march=i686 -specs /usr/lib/i386-linux-musl/musl-gcc.specs)
