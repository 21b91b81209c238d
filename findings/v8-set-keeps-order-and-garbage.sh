#!/usr/bin/env bash
# A Set whose order changes all the time fills V8's old space with its former tables.
#
# Guess: a Set as a queue (delete the first, add it again at the end) makes garbage that dies young, whatever its age.
# Seen with Node 26.10.0 (V8 14.6): a Set makes itself a new table after as many changes as it has places, and links the
# old one to it. Once one table is in the old space, it keeps the next at each scavenge, which is promoted, and keeps the
# next: all tables live until the whole heap is marked, which then is soon. A linked list has none of it.
#
# Installs a pinned package in a folder of its own, needs npm, takes some seconds; fails if the behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@26.10.0 >/dev/null
cat >rounds.js <<'JS'
const set = new Set(Array.from({ length: 64 }, (_, index) => ({ index })));
// Old enough, as in a server that was idle for a while.
if (process.argv[2] === 'old') for (let time = 0; time < 2; time += 1) gc();
for (let round = 0; round < 2_000_000; round += 1) {
  const [first] = set;
  set.delete(first);
  set.add(first);
}
JS
collections() {
  node_modules/.bin/node --expose-gc --trace-gc rounds.js "$1" | grep -c 'Mark-Compact.*GC in old space requested' || true
}
young=$(collections young)
old=$(collections old)
echo "collections of the whole heap: $young of a Set that is young, $old of one that is old"
[ "$young" -lt 2 ] && [ "$old" -gt 3 ] || { echo changed; exit 1; }
