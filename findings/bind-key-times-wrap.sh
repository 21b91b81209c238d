#!/usr/bin/env bash
# BIND's key files: a time far ahead is written as one long past, and "+100y" is over at once.
#
# Guess: dnssec-keygen -D and dnssec-settime -D write the time they are told, or refuse it.
# Seen with BIND 9.18.49 (Debian 12, November 2026): times are held in 32 bits, in three ranges.
# * Up to 2^31 seconds from now (68 years: 2094 when seen, and it moves on with the clock) the file holds what was meant.
# * From there to 7 February 2106 it holds a time 2^32 seconds earlier: 20990101000000 becomes "Delete: 19621125173144",
#   with the right date in the comment beside it. BIND's own programs undo it: dnssec-settime -p prints 2099,
#   dnssec-signzone signs. Whoever else reads the field as a date finds a key that should have been gone in 1962.
# * After that it has wrapped for good: a key made with -D +100y prints a deletion in the past, without a warning, and
#   dnssec-signzone -S finds no key for the zone.
# So a reader of such files should take a time before 1970 as 2^32 seconds later, and "never" is best left out.
#
# Fetches pinned Debian packages to a folder of its own, needs apt and Debian 12, takes some seconds; fails if the
# behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq bind9-utils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 libuv1 libjson-c5 liblmdb0 \
  libmaxminddb0 libxml2 libnghttp2-14 libicu72 libjemalloc2 libfstrm0 libprotobuf-c1 >/dev/null 2>&1 ||
  { echo 'these versions cannot be fetched'; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export PATH="$folder/usr/sbin:$folder/usr/bin:$PATH" LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)
printf '$TTL 300\n@ SOA ns h 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.1\n' >zone

# What becomes of a key whose deletion is at $1: what the file holds, the year BIND reads, whether it signs.
fate() {
  rm -f K* signed
  local key field read signs=no
  key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK -D "$1" zone.example 2>/dev/null)
  field=$(sed -n 's/^Delete: //p' "$key.private")
  read=$(dnssec-settime -p D "$key" | awk '{ print $NF }')
  dnssec-signzone -z -S -o zone.example -f signed zone >/dev/null 2>&1 && signs=yes
  echo "${field:0:4} $read $signs"
}

near=$(fate 20900101000000)
far=$(fate 20990101000000)
century=$(fate +100y)
echo "told: file, read by BIND, signs"
echo "2090: $near"
echo "2099: $far"
echo "+100y: $century"
[ "$near" = '2090 2090 yes' ] || { echo 'changed: even 2090'; exit 1; }
[ "$far" = '1962 2099 yes' ] || { echo 'changed: 2099'; exit 1; }
read -r file year signs <<<"$century"
[ "$file" = "$year" ] && [ "$year" -lt "$(date +%Y)" ] && [ "$signs" = no ] || { echo 'changed: +100y'; exit 1; }
echo 'as found: what is far ahead is written as what is long past'
