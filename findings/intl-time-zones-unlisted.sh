#!/usr/bin/env bash
# Intl takes more time zones than it lists, and calls some by names that its list does not prefer.
#
# Guess: Intl.supportedValuesOf('timeZone') is the set of names that resolvedOptions().timeZone can come to, so that a
# fact read from a client's place or a policy can be checked against it.
# Seen with Node 26.10.0 (ICU 78): UTC and the 26 zones Etc/GMT-14 to Etc/GMT+12 are accepted, keep their names, and are not
# in the list; nor are distances such as +05:30, which are zones as well. A check against the list alone refuses them.
#
# Installs a pinned package in a folder of its own, needs npm, takes some seconds; fails if the behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@26.10.0 >/dev/null
said=$(node_modules/.bin/node -e '
const listed = new Set(Intl.supportedValuesOf("timeZone"));
const name = (timeZone) => new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
const written = ["UTC", "+05:30", ...Array.from({ length: 14 }, (_, i) => `Etc/GMT-${i + 1}`),
  ...Array.from({ length: 12 }, (_, i) => `Etc/GMT+${i + 1}`)];
const unlisted = written.filter((zone) => name(zone) === zone && !listed.has(zone));
console.log(`ICU ${process.versions.icu}: ${unlisted.length} of ${written.length} keep their name and are not listed`);
')
echo "$said"
grep -q '28 of 28 keep their name' <<<"$said" || { echo 'changed'; exit 1; }
