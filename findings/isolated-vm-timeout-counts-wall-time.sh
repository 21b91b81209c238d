#!/usr/bin/env bash
# The timeout of isolated-vm counts time on the wall, not time that was computed.
#
# Guess: a run that computes for a few milliseconds keeps a timeout of 200 ms, whatever else the machine does.
# Seen with isolated-vm 7.0.1 on Node 26.10.0 (Linux): if its process is stopped for 600 ms meanwhile (as a scheduler, a
# container's freezer or a debugger may do), the run ends with "Script execution timed out.", having computed less than
# half of its timeout. So the time a policy took cannot be judged by that error: ask the system what was computed.
#
# Installs pinned packages in a folder of its own, needs npm and Linux, takes some seconds; fails if the behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@26.10.0 isolated-vm@7.0.1 >/dev/null
cat >run.cjs <<'JS'
const { spawn } = require('node:child_process');
const ivm = require('isolated-vm');
const TIMEOUT_MS = 200;
const isolate = new ivm.Isolate({ memoryLimit: 32 });
const context = isolate.createContextSync();
// Waits for 60 ms of its own time to pass by counting; measured here, so that it is long enough to be stopped within.
const count = (n) => `for (let i = 0; i < ${n}; i++);`;
let n = 1e6;
for (let took = 0; took < 60; n *= 1.5) {
  const from = performance.now();
  context.evalSync(count(Math.round(n)));
  took = performance.now() - from;
}
const stopper = spawn('sh', ['-c', `sleep 0.02; kill -STOP ${process.pid}; sleep 0.6; kill -CONT ${process.pid}`]);
stopper.once('spawn', () => {
  const before = process.cpuUsage();
  let outcome = 'no error';
  try {
    context.evalSync(count(Math.round(n)), { timeout: TIMEOUT_MS });
  } catch (error) {
    outcome = error.message;
  }
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ outcome, computedMs: Math.round((user + system) / 1000), timeoutMs: TIMEOUT_MS }));
});
JS
said=$(node_modules/.bin/node --no-node-snapshot run.cjs)
echo "$said"
computed=$(sed -E 's/.*"computedMs":([0-9]+).*/\1/' <<<"$said")
grep -q 'Script execution timed out' <<<"$said" || { echo 'changed: the run was not ended'; exit 1; }
[ "$computed" -lt 200 ] || { echo 'inconclusive: this machine computed for longer than the timeout'; exit 1; }
echo 'as found: a run that had computed less than its timeout was ended'
