#!/usr/bin/env bash
# isolated-vm: a promise that nobody handles takes the place of what a synchronous call returned.
#
# Guess: applySync returns what the function returned, and what the function left to promises comes later, if ever; a
# rejection that nobody handles is told to the host's handlers, or to nobody.
# Seen with isolated-vm 7.0.1 on Node 26.10.0 (Linux x64, November 2026): all microtasks of the isolate run before
# applySync comes back. If a promise is rejected by then and has no handler, applySync throws its reason, and the
# function's result is lost; so does evalSync. A handler that is added in one of these microtasks is early enough. The
# next call is as good as ever.
# So whoever runs others' code this way cannot tell from an exception alone that the function failed, and code that
# returns a sound result and drops a rejected promise has failed all the same.
#
# Installs pinned packages from npm in a folder of its own and runs some seconds; fails if the behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact isolated-vm@7.0.1 node@26.10.0 >/dev/null 2>&1 || { echo 'the packages cannot be installed'; exit 1; }
cat >calls.cjs <<'JS'
const ivm = require('isolated-vm');
const context = new ivm.Isolate({ memoryLimit: 32 }).createContextSync();
context.evalSync('globalThis.ran = 0');
const said = (code) => {
  try {
    return `returned ${context.evalSync(code, { reference: true }).applySync(undefined, [])}`;
  } catch (error) {
    return `threw ${error.message}`;
  }
};
console.log(said('() => { Promise.resolve().then(() => { ran += 1; }); return ran; }'), 'and then', context.evalSync('ran'));
console.log(said('() => { Promise.reject(new Error("nobody asked")); return "fine"; }'));
console.log(said('() => { const p = Promise.reject(new Error("late")); Promise.resolve().then(() => p.catch(() => {})); return "fine"; }'));
console.log(said('() => "as ever"'));
JS
node_modules/.bin/node --no-node-snapshot calls.cjs | tee said
diff said - <<'SAID' || { echo 'changed'; exit 1; }
returned 0 and then 1
threw nobody asked
returned fine
returned as ever
SAID
echo 'as found: a rejection that nobody handles is thrown in place of the result'
