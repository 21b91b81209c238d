#!/usr/bin/env bash
# NSAP-PTR: what BIND signs is bogus for ldns, and what ldns signs BIND cannot load.
#
# Guess: a type that RFC 1706 §6 defines like PTR, one domain name, is the same octets for all who sign and verify zones.
# Seen with ldns 1.8.3 and BIND 9.18.49 (Debian 12, November 2026): ldns holds its data as a character-string, one octet of
# length and the text of the name.
# * A zone with one such record, signed by dnssec-signzone, is fine for dnssec-verify; ldns-verify-zone calls that one
#   signature bogus, and ldns-read-zone prints the name in quotation marks. The same record as PTR is fine for both.
# * A zone signed by ldns-signzone is fine for ldns-verify-zone; dnssec-verify does not load it, for the quotation marks.
# So a complaint of ldns about such a record says nothing of the signer; another verifier should be asked.
#
# Fetches pinned Debian packages to a folder of its own, needs apt and Debian 12, takes some seconds; fails if the
# behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq ldnsutils=1.8.3-1+b1 libldns3=1.8.3-1+b1 bind9-utils=1:9.18.49-1~deb12u3 \
  bind9-libs=1:9.18.49-1~deb12u3 libuv1 libjson-c5 liblmdb0 libmaxminddb0 libxml2 libnghttp2-14 libicu72 libjemalloc2 \
  libfstrm0 libprotobuf-c1 >/dev/null 2>&1 || { echo 'these versions cannot be fetched'; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export PATH="$folder/usr/sbin:$folder/usr/bin:$PATH" LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)

cat >zone <<'ZONE'
$ORIGIN zone.example.
$TTL 60
@ SOA ns h 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.1
x NSAP-PTR host.example.
y PTR host.example.
ZONE
key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK zone.example)
dnssec-signzone -S -z -o zone.example -f by-bind zone >/dev/null 2>&1
ldns-signzone -o zone.example -f by-ldns zone "$key"

says() { if "$@" >said 2>&1; then echo fine; else sed -n '/Bogus\|unexpected token$/{s/\t/ /g;p;q}' said; fi; }
bind_of_bind=$(says dnssec-verify -q -z -o zone.example by-bind)
ldns_of_bind=$(says ldns-verify-zone by-bind)
ldns_of_ldns=$(says ldns-verify-zone by-ldns)
bind_of_ldns=$(says dnssec-verify -q -z -o zone.example by-ldns)
printed=$(ldns-read-zone by-bind | awk '$4 == "NSAP-PTR" { print $5 }')
echo "signed by BIND: BIND says $bind_of_bind, ldns says $ldns_of_bind"
echo "signed by ldns: ldns says $ldns_of_ldns, BIND says $bind_of_ldns"
echo "ldns prints the name as $printed"
[ "$bind_of_bind" = fine ] && [ "$ldns_of_ldns" = fine ] || { echo 'changed: a signer is not content with itself'; exit 1; }
case $ldns_of_bind in *Bogus*x.zone.example*NSAP-PTR) ;; *) echo 'changed: ldns takes what BIND signed'; exit 1 ;; esac
case $bind_of_ldns in *'unexpected token') ;; *) echo 'changed: BIND loads what ldns signed'; exit 1 ;; esac
[ "$printed" = '"host.example."' ] || { echo 'changed: ldns prints a name'; exit 1; }
echo 'as found: to ldns the data of NSAP-PTR are a character-string'
