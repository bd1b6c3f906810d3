#!/bin/sh
# The libraries that a wheel carries, built under build/lean: libcurl without
# what no call uses (Debian's own brings some thirty libraries along), and cJSON.
# From Debian's sources, with its patches. OpenSSL is Debian's libssl.a.
set -eu
cd "$(dirname "$0")/.."
lean=$PWD/build/lean
[ ! -e "$lean/ready" ] || exit 0
[ -e /usr/share/doc/libssl-dev/copyright ] || {
    echo "a wheel links OpenSSL: apt-get install libssl-dev" >&2
    exit 1
}
rm -rf "$lean"
mkdir -p "$lean/apt/lists/partial" "$lean/lib/pkgconfig" "$lean/include/cjson" "$lean/licenses"

# The places of the system's own packages, asked for sources.
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
    [ ! -e "$file" ] || sed -e 's/^deb /deb-src /' -e 's/^Types: *deb$/Types: deb-src/' \
        "$file" >"$lean/apt/$(basename "$file")"
done
mkdir "$lean/apt/parts"
[ ! -e "$lean/apt/debian.sources" ] || mv "$lean/apt/debian.sources" "$lean/apt/parts"
[ -e "$lean/apt/sources.list" ] || : >"$lean/apt/sources.list"
apt() {
    apt-get -q -o "Dir::Etc::SourceList=$lean/apt/sources.list" \
        -o "Dir::Etc::SourceParts=$lean/apt/parts" -o "Dir::State::Lists=$lean/apt/lists" "$@"
}
{
    apt update
    cd "$lean"
    apt source curl cjson
    cd curl-*/
    CFLAGS="-O2 -ffunction-sections -fdata-sections" ./configure -q --prefix="$lean" \
        --disable-shared --enable-static --with-pic --with-openssl \
        --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt --without-ca-path \
        --without-zlib --without-brotli --without-zstd --without-nghttp2 --without-libidn2 \
        --without-libpsl --without-librtmp --without-libssh2 --without-libgsasl \
        --without-gssapi --disable-ldap --disable-ftp --disable-file --disable-dict \
        --disable-telnet --disable-tftp --disable-pop3 --disable-imap --disable-smb \
        --disable-smtp --disable-gopher --disable-mqtt --disable-rtsp --disable-manual \
        --disable-alt-svc --disable-hsts --disable-ntlm --disable-tls-srp --disable-netrc \
        --disable-doh --disable-dependency-tracking
    make -j2 -C lib
    make -C lib install
    make -C include install
    cp libcurl.pc "$lean/lib/pkgconfig"
    cp COPYING "$lean/licenses/curl.txt"
    cd ../cjson-*/
    ${CC:-cc} -O2 -fPIC -ffunction-sections -fdata-sections -c cJSON.c -o "$lean/cJSON.o"
    ar rcs "$lean/lib/libcjson.a" "$lean/cJSON.o"
    cp cJSON.h "$lean/include/cjson"
    cp LICENSE "$lean/licenses/cJSON.txt"
    cp /usr/share/doc/libssl-dev/copyright "$lean/licenses/OpenSSL.txt"
    version=$(sed -n 's/^#define CJSON_VERSION_[A-Z]* *//p' cJSON.h | paste -sd.)
} >"$lean/log" 2>&1 || {
    tail -n 20 "$lean/log" >&2
    exit 1
}
# libssl.a and libcrypto.a by their names, or the linker takes the shared ones.
sed -i 's/-lssl -lcrypto -lssl -lcrypto/-l:libssl.a -l:libcrypto.a -ldl -pthread/' \
    "$lean/lib/pkgconfig/libcurl.pc"
cat >"$lean/lib/pkgconfig/libcjson.pc" <<PC
Name: libcjson
Description: cJSON, static
Version: $version
Libs: -L$lean/lib -lcjson
Cflags: -I$lean/include
PC
touch "$lean/ready"
