#!/usr/bin/env bash
# PowerDNS: the scope of a LUA record's answer is the length the resolver sent, whatever the script reads.
#
# Guess: an answer that is the same for everybody has scope 0, as RFC 7871 §7.2.1 wants it; one that depends on the client's
# network has the length at which it depends, so that a resolver that sends /16 gets an answer no wider than it is right for.
# Seen with PowerDNS 4.7.3 (Debian 12, December 2026), LUA records and ECS enabled:
# * A script that is a constant is answered with scope 32 for a source of /32, 24 for /24, 16 for /16: a
#   resolver keeps one copy for each network it sends, where a static record of the same zone is kept once, with scope 0.
# * A script that compares with 198.51.100.0/24 answers a source of 198.51.0.0/16 by the address 198.51.0.0, "not in it", with
#   scope 16: from then on the resolver gives that answer to the clients in 198.51.100.0/24 as well.
# * `pickhashed` hashes the network it is sent, its last bits zero: the same client stays with one address only as long as
#   its resolver sends the same length.
# So beside resolvers that send short prefixes, tables of networks in LUA records are right only down to that length; and a
# comparison of servers by their answers must send /32, or compare scopes too.
#
# Fetches pinned Debian packages to a folder of its own, needs apt and Debian 12, takes some seconds; fails if the
# behaviour is another. PDNS_PORT on 127.0.0.1 is 25365 unless set.
set -euo pipefail
port=${PDNS_PORT:-25365}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
bind=1:9.18.49-1~deb12u3
apt-get download -qq pdns-server=4.7.3-2 pdns-backend-bind=4.7.3-2 bind9-dnsutils=$bind bind9-host=$bind bind9-libs=$bind \
  libluajit2-5.1-2 libluajit-5.1-2 libcurl4 libp11-kit0 libsodium23 libsqlite3-0 libnghttp2-14 libidn2-0 librtmp1 libssh2-1 \
  libpsl5 libldap-2.5-0 libsasl2-2 libbrotli1 libuv1 libjson-c5 liblmdb0 libmaxminddb0 libxml2 libicu72 libjemalloc2 \
  libfstrm0 libprotobuf-c1 libedit2 libboost-program-options1.74.0 >/dev/null 2>&1 ||
  { echo 'these versions cannot be fetched'; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export PATH="$folder/usr/sbin:$folder/usr/bin:$PATH" LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)

cat >zone <<'ZONE'
$TTL 300
@ SOA ns h 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
static A 192.0.2.9
constant LUA A "'192.0.2.3'"
network LUA A ";if netmask({'198.51.100.0/24'}) then return '192.0.2.1' end return '192.0.2.2'"
hashed LUA A "pickhashed({'192.0.2.1','192.0.2.2','192.0.2.3','192.0.2.4','192.0.2.5','192.0.2.6','192.0.2.7'})"
ZONE
echo "zone \"lua.example\" { type master; file \"$folder/zone\"; };" >named.conf
pdns_server --config-dir="$folder" --module-dir="$(echo "$folder"/usr/lib/*-linux-gnu/pdns)" --launch=bind \
  --bind-config="$folder/named.conf" --local-address=127.0.0.1 --local-port="$port" --socket-dir="$folder" \
  --enable-lua-records=yes --edns-subnet-processing=yes --cache-ttl=0 --query-cache-ttl=0 >log 2>&1 &

# The address and the scope for a name and a source.
answer() {
  dig +time=2 +tries=1 +subnet="$2" @127.0.0.1 -p "$port" "$1.lua.example" A 2>/dev/null |
    awk '/CLIENT-SUBNET/ { split($NF, part, "/"); scope = part[3] } $4 == "A" { address = $5 } END { print address, scope }'
}
for _ in {1..50}; do [ "$(answer static 198.51.100.7/32)" = '192.0.2.9 0' ] && break; sleep 0.2; done
failed=0
expect() {
  local said
  said=$(answer "$1" "$2")
  echo "$1 $2: $said"
  [ "$said" = "$3" ] || { echo "changed: expected $3"; failed=1; }
}
expect static 198.51.100.7/32 '192.0.2.9 0'
for length in 32 24 16; do expect constant "198.51.0.0/$length" "192.0.2.3 $length"; done
expect network 198.51.100.7/32 '192.0.2.1 32'
expect network 198.51.100.0/24 '192.0.2.1 24'
expect network 198.51.0.0/16 '192.0.2.2 16'
whole=$(answer hashed 198.51.100.7/32) cut=$(answer hashed 198.51.100.0/24)
echo "hashed, the same client by /32 and by /24: ${whole% *} and ${cut% *}"
[ "${whole% *}" != "${cut% *}" ] || { echo 'changed: expected two addresses'; failed=1; }
exit $failed
