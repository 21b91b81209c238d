#!/usr/bin/env bash
# What three resolvers make of YXDOMAIN, which a name too long for its DNAME leads to.
#
# Guess: all pass on the signed DNAME and the code YXDOMAIN (RFC 6672 §2.2), with AD where the zone is signed.
# Seen on Debian 12 (November 2026), a signed zone served by BIND 9.18.49, each resolver asked with DO:
# * BIND 9.18.49: YXDOMAIN, the DNAME, AD.
# * unbound 1.17.1: YXDOMAIN, without AD although the zone is signed. If the long name is the first below the DNAME that is
#   asked, the answer holds the same DNAME twice, and does so as long as it is kept; once if unbound knew the DNAME.
# * PowerDNS Recursor 4.8.8: SERVFAIL, with CD as well, so that it is no verdict about signatures. If the long name came
#   first, the DNAME is in the answer nevertheless; if the DNAME was known, the answer is empty.
# A shorter name below the same DNAME is NOERROR with AD from all. So the code alone does not tell "too long" from
# "broken", and whoever reads the answer should not count on an RRset to be there only once.
#
# Fetches pinned Debian packages to a folder of its own, needs apt and Debian 12, takes some seconds; fails if the
# behaviour is another. Uses PORT (25370 unless set) to PORT + 3 on 127.0.0.1.
set -euo pipefail
port=${PORT:-25370}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
bind=1:9.18.49-1~deb12u3
apt-get download -qq unbound=1.17.1-2+deb12u4 pdns-recursor=4.8.8-1+deb12u1 bind9=$bind bind9-utils=$bind \
  bind9-dnsutils=$bind bind9-host=$bind bind9-libs=$bind libuv1 libjson-c5 liblmdb0 libmaxminddb0 libxml2 \
  libnghttp2-14 libicu72 libjemalloc2 libfstrm0 libprotobuf-c1 libedit2 libevent-2.1-7 libpython3.11 \
  libboost-context1.74.0 libcurl4 libluajit-5.1-2 libsnmp40 libsodium23 >/dev/null 2>&1 ||
  { echo 'these versions cannot be fetched'; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export PATH="$folder/usr/sbin:$folder/usr/bin:$PATH" LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)

label=$(printf 'x%.0s' {1..60})
printf '%s\n' '$TTL 300' '@ SOA ns h 1 3600 600 86400 300' '@ NS ns' 'ns A 192.0.2.53' \
  "first DNAME $label.$label" "later DNAME $label.$label" "www.$label.$label A 192.0.2.1" >zone
key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK zone.example)
dnssec-signzone -z -S -o zone.example -f signed zone >/dev/null 2>&1
ds=$(dnssec-dsfromkey -2 "$key")
read -r _ _ _ tag algorithm digest_type digest <<<"$ds"
options="directory \"$folder\"; listen-on-v6 { none; }; notify no; pid-file none; lock-file none; session-keyfile none;"
cat >authority.conf <<CONF
options { $options listen-on port $port { 127.0.0.1; }; recursion no; dnssec-validation no; };
controls { };
zone "zone.example" { type primary; file "signed"; };
CONF
cat >bind.conf <<CONF
options { $options listen-on port $((port + 1)) { 127.0.0.1; }; dnssec-validation yes; trust-anchor-telemetry no; };
controls { };
trust-anchors { zone.example static-ds $tag $algorithm $digest_type "$digest"; };
zone "zone.example" { type forward; forward only; forwarders { 127.0.0.1 port $port; }; };
CONF
cat >unbound.conf <<CONF
server:
  interface: 127.0.0.1@$((port + 2))
  username: ""
  chroot: ""
  directory: "$folder"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor: "$ds"
  trust-anchor-signaling: no
stub-zone:
  name: "zone.example"
  stub-addr: 127.0.0.1@$port
remote-control:
  control-enable: no
CONF
echo "clearTA('.') addTA('zone.example', '$tag $algorithm $digest_type $digest')" >anchors.lua
recursor=(pdns_recursor --config-dir="$folder" --local-address=127.0.0.1 --local-port=$((port + 3)) --daemon=no
  --threads=1 --lua-config-file="$folder/anchors.lua" --dnssec=validate --dont-query= --security-poll-suffix=
  --socket-dir="$folder" --forward-zones=zone.example=127.0.0.1:"$port")
named -g -n 1 -c "$folder/authority.conf" >authority.log 2>&1 &
named -g -n 1 -c "$folder/bind.conf" >bind.log 2>&1 &
unbound -d -c "$folder/unbound.conf" >unbound.log 2>&1 &
"${recursor[@]}" >recursor.log 2>&1 &
ask() { dig @127.0.0.1 -p $((port + $1)) +dnssec +time=3 +tries=1 "${@:2}"; }
for server in 0 1 2 3; do
  for _ in {1..25}; do ask $server zone.example SOA 2>/dev/null | grep -q 'status: NOERROR' && break; sleep 0.2; done
done

# Status, AD if set, and the types in the answer without signatures, sorted.
verdict() {
  local reply types
  reply=$(ask "$@" A)
  types=$(awk '/^[^;]/ && $4 ~ /^(DNAME|CNAME|A)$/ { print $4 }' <<<"$reply" | sort | tr '\n' ' ')
  awk -v types="$types" '/status:/ { s = $6 } /^;; flags:.* ad[ ;]/ { a = "AD " } END { print s, a types }' <<<"$reply"
}
failed=0
expect() {
  local said
  said=$(verdict "${@:3}")
  echo "$1: $said"
  [ "${said% }" = "$2" ] || { echo "changed: expected $2"; failed=1; }
}
# From one resolver: a long name first, a short one, the long one again; a long one below the other DNAME, after a short one.
expect_all() {
  local name=$1 server=$2 first=$3 later=$4 long=$label.$label
  expect "$name, long name first" "$first" "$server" "$long.first.zone.example"
  expect "$name, short" 'NOERROR, AD A CNAME DNAME' "$server" www.first.zone.example
  expect "$name, long name again" "$first" "$server" "$long.first.zone.example"
  expect "$name, short" 'NOERROR, AD A CNAME DNAME' "$server" www.later.zone.example
  expect "$name, long name later" "$later" "$server" "$long.later.zone.example"
  expect "$name, long name later, CD" "$later" "$server" "$long.later.zone.example" +cdflag
}
expect authority 'YXDOMAIN, DNAME' 0 "$label.$label.first.zone.example"
expect_all BIND 1 'YXDOMAIN, AD DNAME' 'YXDOMAIN, AD DNAME'
expect_all unbound 2 'YXDOMAIN, DNAME DNAME' 'YXDOMAIN, DNAME'
expect_all Recursor 3 'SERVFAIL, DNAME' 'SERVFAIL,'
[ "$failed" = 0 ]
echo 'as found'
