# Installs the library for C and C++ hosts on Linux: shared library with version links, static library,
# headers, pkg-config file, CMake package.
#
#   make install PREFIX=/usr/local
#   make install PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu DESTDIR=/tmp/package
#
# Tests and demonstration: python3 dev.py

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
CARGO ?= cargo
CARGO_TARGET_DIR ?= target
INSTALL ?= install

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# The number in the shared library's name: auralis_abi_version().
ABI := $(shell sed -n 's/.*soname,libauralis_dsp\.so\.\([0-9]*\).*/\1/p' build.rs)
BUILT := $(CARGO_TARGET_DIR)/release
LIB := $(DESTDIR)$(LIBDIR)
INCLUDE := $(DESTDIR)$(INCLUDEDIR)
CMAKE := $(LIB)/cmake/auralis_dsp
FILL := sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@ABI@|$(ABI)|g' -e 's|@PREFIX@|$(PREFIX)|g' \
	-e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' \
	-e "s|@INCLUDE_FROM_LIB@|$$(realpath -m -s --relative-to='$(LIBDIR)' '$(INCLUDEDIR)')|g"

.PHONY: all install uninstall

all:
	$(CARGO) build --release --locked --lib

install: all
	$(INSTALL) -d "$(LIB)/pkgconfig" "$(CMAKE)" "$(INCLUDE)"
	$(INSTALL) -m 755 "$(BUILT)/libauralis_dsp.so" "$(LIB)/libauralis_dsp.so.$(VERSION)"
	ln -sf libauralis_dsp.so.$(VERSION) "$(LIB)/libauralis_dsp.so.$(ABI)"
	ln -sf libauralis_dsp.so.$(ABI) "$(LIB)/libauralis_dsp.so"
	$(INSTALL) -m 644 "$(BUILT)/libauralis_dsp.a" "$(LIB)/libauralis_dsp.a"
	$(INSTALL) -m 644 include/auralis_dsp.h include/auralis_dsp.hpp "$(INCLUDE)"
	$(FILL) bindings/cmake/auralis_dsp.pc.in > "$(LIB)/pkgconfig/auralis_dsp.pc"
	$(FILL) bindings/cmake/auralis_dspConfig.cmake.in > "$(CMAKE)/auralis_dspConfig.cmake"
	$(FILL) bindings/cmake/auralis_dspConfigVersion.cmake.in > "$(CMAKE)/auralis_dspConfigVersion.cmake"

uninstall:
	rm -f "$(LIB)/libauralis_dsp.so" "$(LIB)/libauralis_dsp.so.$(ABI)" "$(LIB)/libauralis_dsp.so.$(VERSION)"
	rm -f "$(LIB)/libauralis_dsp.a" "$(LIB)/pkgconfig/auralis_dsp.pc"
	rm -f "$(INCLUDE)/auralis_dsp.h" "$(INCLUDE)/auralis_dsp.hpp"
	rm -rf "$(CMAKE)"
