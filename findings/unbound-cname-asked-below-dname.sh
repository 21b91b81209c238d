#!/usr/bin/env bash
# unbound finds a signed zone bogus where somebody asks for type CNAME below a DNAME.
#
# Guess: the CNAME that a server makes of a signed DNAME is accepted without a signature (RFC 6672 §5.3.1), whatever
# type was asked, since the signed DNAME is in the same reply.
# Seen with unbound 1.17.1 (Debian 12, November 2026) behind BIND 9.18.49: A below the DNAME comes with AD; CNAME for the
# same name is SERVFAIL. Its log says "DS got DNAME answer ... while building chain of trust": it takes the CNAME that has
# no signature for one that may stand in an unsigned zone, asks for the DS there, and gets the DNAME again. delv finds the
# same reply "fully validated", and unbound itself gives it with CD. That A was asked before does not help.
# So whether a zone with a DNAME is well signed is not to be found out by asking for CNAME.
#
# Fetches pinned Debian packages to a folder of its own, needs apt and Debian 12, takes some seconds; fails if the
# behaviour is another. UNBOUND_PORT and BIND_PORT on 127.0.0.1 are 25361 and 25362 unless set.
set -euo pipefail
unbound_port=${UNBOUND_PORT:-25361} bind_port=${BIND_PORT:-25362}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
bind=1:9.18.49-1~deb12u3
apt-get download -qq unbound=1.17.1-2+deb12u4 bind9=$bind bind9-utils=$bind bind9-dnsutils=$bind bind9-host=$bind \
  bind9-libs=$bind libuv1 libjson-c5 liblmdb0 libmaxminddb0 libxml2 libnghttp2-14 libicu72 libjemalloc2 libfstrm0 \
  libprotobuf-c1 libevent-2.1-7 libpython3.11 libedit2 >/dev/null 2>&1 ||
  { echo 'these versions cannot be fetched'; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export PATH="$folder/usr/sbin:$folder/usr/bin:$PATH" LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)

cat >zone <<'ZONE'
$TTL 300
@ SOA ns h 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
moved DNAME kept
www.kept A 192.0.2.1
ZONE
key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK zone.example)
dnssec-signzone -z -S -o zone.example -f signed zone >/dev/null 2>&1
ds=$(dnssec-dsfromkey -2 "$key")
read -r _ _ _ tag algorithm digest_type digest <<<"$ds"
echo "trust-anchors { zone.example static-ds $tag $algorithm $digest_type \"$digest\"; };" >anchors
cat >named.conf <<CONF
options { directory "$folder"; listen-on port $bind_port { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;
  dnssec-validation no; notify no; pid-file none; lock-file none; session-keyfile none; };
controls { };
zone "zone.example" { type primary; file "signed"; };
CONF
cat >unbound.conf <<CONF
server:
  interface: 127.0.0.1@$unbound_port
  username: ""
  chroot: ""
  directory: "$folder"
  pidfile: ""
  use-syslog: no
  logfile: "$folder/log"
  val-log-level: 2
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor: "$ds"
  trust-anchor-signaling: no
stub-zone:
  name: "zone.example"
  stub-addr: 127.0.0.1@$bind_port
remote-control:
  control-enable: no
CONF
named -g -n 1 -c "$folder/named.conf" >named.log 2>&1 &
unbound -d -c "$folder/unbound.conf" >unbound.log 2>&1 &
resolver=(dig @127.0.0.1 -p "$unbound_port" +dnssec +time=2 +tries=1)
for _ in {1..50}; do "${resolver[@]}" zone.example SOA 2>/dev/null | grep -q 'status: NOERROR' && break; sleep 0.2; done

# Status and, where the reply was validated, AD.
verdict() { "${resolver[@]}" "$@" | awk '/status:/ { s = $6 } /^;; flags:.* ad[ ;]/ { a = " AD" } END { print s a }'; }
name=www.moved.zone.example
a=$(verdict $name A)
cname=$(verdict $name CNAME)
first=$(verdict www2.moved.zone.example CNAME)
unchecked=$("${resolver[@]}" +cdflag +short $name CNAME | tail -1)
delv=$(delv @127.0.0.1 -p "$bind_port" -a anchors +root=zone.example $name CNAME 2>&1 | grep -m1 'validated' || true)
printf '%s\n' "A: $a" "CNAME: $cname" "CNAME of a name not asked before: $first" "CNAME, CD: $unchecked" "delv: $delv"
grep -m1 -o 'validation failure.*' log | sed 's/^/log: /'
[ "$a" = 'NOERROR, AD' ] || { echo 'changed: A does not validate'; exit 1; }
[ "$cname" = 'SERVFAIL,' ] && [ "$first" = 'SERVFAIL,' ] || { echo 'changed: CNAME validates'; exit 1; }
[ -n "$unchecked" ] && [ "$delv" = '; fully validated' ] || { echo 'changed: others find a fault as well'; exit 1; }
echo 'as found: A below a DNAME validates, CNAME does not'
