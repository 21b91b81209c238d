/**
 * Entry of a sandbox process: it reads requests from fd 3 and replies in the same order, one at a time.
 * The protocol is rpc/sandbox-protocol.ts; its host is runner/process/sandbox-process.ts.
 *
 * The process holds no data worth keeping and may die at any moment. It ends when fd 3 is closed, which
 * is when its host has ended. Reading blocks, so nothing else happens between two batches; a turn of the
 * event loop lets Node finish its background work, after each batch that is not only runs, and after some of those.
 */
import { readSync } from 'node:fs';
import { assert, unreachable } from '../base/assert.ts';
import { decodeFrame, FrameReader, MOST_TO_SANDBOX } from '../rpc/framing.ts';
import { RUNS, type Runs, readRuns } from '../rpc/run-text.ts';
import type { FromSandbox, ToSandbox } from '../rpc/sandbox-protocol.ts';
import { shutDoors } from './doors.ts';
import { Policies } from './policies.ts';
import { Replies } from './replies.ts';
import { openDoors } from './self-test.ts';

const FD = 3;
const CHUNK = 65_536;
/** Characters of a large frame of messages: parsing it takes time that the first policy in it must not pay for. */
const LARGE = 65_536;

const policies = new Policies();
const replies = new Replies(FD);
const reader = new FrameReader(() => MOST_TO_SANDBOX, handleFrame);
/** Batches of runs between two turns of the event loop. */
const BATCHES = 16;
let isTurnDue = false;
const chunk = Buffer.allocUnsafeSlow(CHUNK);
/** The policy whose replies may be waiting. */
let lastKey: string | undefined;

// The terminal sends these signals to all of its processes; a sandbox ends with its host, not before it.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
// The first use of a time zone reads all of ICU's data, which takes far longer than the budget of a policy.
new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin' }).format();
shutDoors();
const ready: FromSandbox = { t: 'ready', ...(await openDoors()) };
replies.add(JSON.stringify(ready), 0);
replies.flush();
next();

function next(): void {
  isTurnDue = false;
  for (let batch = 0; batch < BATCHES && !isTurnDue; batch += 1) {
    const length = readSync(FD, chunk);
    if (length === 0) process.exit(0);
    const problem = reader.push(chunk.subarray(0, length));
    assert(problem === undefined, `host sent a bad frame: ${problem}`);
    replies.flush();
    if (policies.hasSpent) {
      replies.apart(() => policies.sweep());
      isTurnDue = true;
    }
  }
  setImmediate(next);
}

function handleFrame(text: string): void {
  if (text.startsWith(RUNS)) {
    run(readRuns(text));
    return;
  }
  isTurnDue = true;
  const decode = () => decodeFrame(text);
  const frame = text.length > LARGE ? replies.apart(decode) : decode();
  assert(frame.ok, 'host sent a bad frame');
  // The sandbox trusts its host, which runs no policy code.
  for (const request of frame.value) handle(request as ToSandbox);
}

/** Runs of one policy, in one call. */
function run(runs: Runs): void {
  const begun = begin(runs.key);
  if (runs.isAlone) replies.flush();
  policies.run(runs, {
    add: (json) => replies.add(json, begun),
    addTold: (line) => replies.addTold(line, begun),
  });
}

function handle(request: ToSandbox): void {
  if (request.t === 'prelude') {
    replies.apart(() => policies.beginWith(request));
    return;
  }
  const begun = begin(request.key);
  switch (request.t) {
    case 'load':
      replies.add(policies.load(request), begun);
      replies.flush();
      break;
    case 'drop':
      policies.drop(request.key);
      break;
    case 'tidy':
      replies.apart(() => policies.tidy(request.key));
      break;
    default:
      unreachable(request);
  }
}

/**
 * If a policy ends this process, the host must see which policy ran: replies of other policies are flushed
 * before a run. Only runs of one policy share a write, and only for a short time.
 */
function begin(key: string): number {
  const begun = performance.now();
  if (key !== lastKey) replies.flush();
  else replies.flushIfDue(begun);
  lastKey = key;
  return begun;
}
