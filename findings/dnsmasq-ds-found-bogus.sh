#!/usr/bin/env bash
# Two replies about DS that dnsmasq finds bogus: inside an unsigned zone, and below a signed DNAME.
#
# Guess: where the parent proves that a zone has no DS, everything in it is insecure, the answer to any type alike; and
# the CNAME that a server makes of a signed DNAME needs no signature (RFC 6672 §5.3.1).
# Seen with dnsmasq 2.90 with `dnssec` (Debian 12, November 2026), its server being BIND 9.18.49:
# * A of a name in the unsigned zone is there, a type it lacks is NOERROR, and DS of the zone itself is NOERROR with AD; DS
#   of a name in the zone is SERVFAIL, whether the name exists or not and however deep. CD gives the empty answer.
# * The signed DNAME itself comes with AD, and every name below it is SERVFAIL: for the CNAME without a signature, dnsmasq
#   asks for the DS of its name, as if a zone might begin there, and finds what the DNAME makes of that question bogus.
#   Below a DNAME in the unsigned zone all is well.
# So a validator behind such a forwarder that looks for cuts by asking for DS at each name must not take SERVFAIL for a
# verdict about the zone; and a DNAME in a signed zone takes the names below it from all who use such a forwarder.
#
# Fetches pinned Debian packages to a folder of its own, needs apt and Debian 12, takes some seconds; fails if the
# behaviour is another. DNSMASQ_PORT and BIND_PORT on 127.0.0.1 are 25363 and 25364 unless set.
set -euo pipefail
dnsmasq_port=${DNSMASQ_PORT:-25363} bind_port=${BIND_PORT:-25364}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
bind=1:9.18.49-1~deb12u3
apt-get download -qq dnsmasq-base=2.90-4~deb12u2 bind9=$bind bind9-utils=$bind bind9-dnsutils=$bind bind9-host=$bind \
  bind9-libs=$bind libuv1 libjson-c5 liblmdb0 libmaxminddb0 libxml2 libnghttp2-14 libicu72 libjemalloc2 libfstrm0 \
  libprotobuf-c1 libedit2 libgmp10 libhogweed6 libnettle8 libidn2-0 libunistring2 libmnl0 libnetfilter-conntrack3 \
  libnfnetlink0 libnftables1 libnftnl11 libjansson4 libxtables12 >/dev/null 2>&1 ||
  { echo 'these versions cannot be fetched'; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export PATH="$folder/usr/sbin:$folder/usr/bin:$PATH" LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)

printf '%s\n' '$TTL 300' '@ SOA ns h 1 3600 600 86400 300' '@ NS ns' 'ns A 192.0.2.53' 'www A 192.0.2.1' \
  'moved DNAME kept' 'www.kept A 192.0.2.2' >plain
{ cat plain; echo 'example NS ns.example'; echo 'ns.example A 192.0.2.53'; } >root
key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK .)
dnssec-signzone -z -S -o . -f signed root >/dev/null 2>&1
read -r _ _ _ tag algorithm digest_type digest <<<"$(dnssec-dsfromkey -2 "$key")"
# A root of its own, signed (dnsmasq wants an anchor there), and one server for both zones;
# it looks nowhere else, and says that it recurses, as dnsmasq wants it.
cat >named.conf <<CONF
options { directory "$folder"; listen-on port $bind_port { 127.0.0.1; }; listen-on-v6 { none; }; recursion yes;
  dnssec-validation no; notify no; pid-file none; lock-file none; session-keyfile none; };
controls { };
zone "." { type primary; file "signed"; };
zone "example" { type primary; file "plain"; };
CONF
cat >dnsmasq.conf <<CONF
port=$dnsmasq_port
listen-address=127.0.0.1
bind-interfaces
user=$(id -un)
group=$(id -gn)
pid-file=
no-resolv
no-hosts
log-queries
log-facility=$folder/log
server=127.0.0.1#$bind_port
dnssec
trust-anchor=.,$tag,$algorithm,$digest_type,${digest// /}
CONF
named -g -n 1 -c "$folder/named.conf" >named.log 2>&1 &
dig=(dig +dnssec +time=2 +tries=1 @127.0.0.1 -p)
ready() {
  for _ in {1..50}; do "${dig[@]}" "$1" . SOA 2>/dev/null | grep -q 'status: NOERROR' && break; sleep 0.2; done
}
ready "$bind_port"
dnsmasq --keep-in-foreground --conf-file="$folder/dnsmasq.conf" &
ready "$dnsmasq_port"

# Status and, where the reply was validated, AD.
verdict() {
  "${dig[@]}" "$dnsmasq_port" "$@" | awk '/status:/ { s = $6 } /^;; flags:.* ad[ ;]/ { a = "AD" } END { print s a }'
}
failed=0
expect() {
  local said
  said=$(verdict "${@:2}")
  echo "${*:2}: $said"
  [ "$said" = "$1" ] || { echo "changed: expected $1"; failed=1; }
}
expect NOERROR,AD www A
expect NOERROR,AD www DS
expect NOERROR,AD example DS
expect NOERROR, www.example A
expect NOERROR, www.example TXT
expect SERVFAIL, www.example DS
expect SERVFAIL, a.b.example DS
expect NOERROR, www.example DS +cdflag
expect NOERROR,AD moved DNAME
expect NOERROR,AD www.kept A
expect SERVFAIL, www.moved A
expect SERVFAIL, www.moved AAAA
expect NOERROR, www.moved A +cdflag
expect NOERROR, www.moved.example A
grep -E -o 'dnssec-query.DS. www.moved |validation.*is BOGUS.*' log || true
[ "$failed" = 0 ]
echo 'as found: these fail, and only these'
