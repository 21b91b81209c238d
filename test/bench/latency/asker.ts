/**
 * Asks a server over UDP at a steady rate, whether it answers or not, and says how long each answer took:
 * `asker.ts <port> <queries a second> <seconds> <sockets> <name>` prints an {@link Asked} as JSON.
 *
 * Queries leave at random moments (a Poisson process, as those of many clients that know nothing of each other).
 * An answer's time is the kernel's (SO_TIMESTAMPNS), and this process never sleeps: so the figures are of the server
 * and of loopback, and not of how soon a client was woken. It needs a processor of its own.
 */
import { Inbox } from '../../../runtime/transport/udp/inbox.ts';
import { CONTROL, CONTROL_LENGTH } from '../../../runtime/transport/udp/kernel-memory.ts';
import { loadSystemCalls, type SystemCalls } from '../../../runtime/transport/udp/system-calls.ts';
import { question } from '../questions.ts';

export interface Asked {
  /** As they were sent: fewer than wanted where this process is not fast enough. */
  readonly perSecond: number;
  readonly sent: number;
  /** Answers with addresses, in time. */
  readonly answered: number;
  /** Of these and of those that came before they counted. */
  readonly all: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_TIMESTAMPNS = 35;
/** Octets of answers that may wait for this process. */
const BUFFER_OCTETS = 4 << 20;
const BATCH = 64;
/** Microseconds before answers count, and in which the last ones may come. */
const [WARM_UP, PATIENCE] = [300_000, 200_000];
/** Microseconds by which this process may be late: what it could not send in time it leaves out, or it would send bursts. */
const LATEST = 50;
/** How many queries may be on their way: as many as there are numbers for them. */
const IDS = 1 << 16;
/** Unix seconds from which times are counted, so that a number holds their nanoseconds. */
const EPOCH = Math.floor(Date.now() / 1000) - 3600;

const [port = 0, perSecond = 0, seconds = 0, count = 1] = process.argv.slice(2, 6).map(Number);
const packet = question(process.argv[6] ?? '');
const loaded = await loadSystemCalls();
if (!loaded.ok) throw new Error('koffi is not installed');
const calls: SystemCalls = loaded.value;
const clock = await clockOf();
const inbox = new Inbox(calls, BATCH);
const sockets = Array.from({ length: count }, open);
/** By the number of the query: when it was sent, in microseconds; 0 once it is answered. */
const sentAt = new Float64Array(IDS);
const taken = new Float64Array(Math.ceil(1.2 * perSecond * seconds) + 1000);
let answered = 0;
let all = 0;
let sent = 0;
let countsFrom = 0;
console.log(JSON.stringify(ask()));

function ask(): Asked {
  const began = clock();
  countsFrom = began + WARM_UP;
  const until = countsFrom + 1e6 * seconds;
  let due = began;
  let asked = 0;
  let next = 0;
  for (let now = began; now < until; now = clock()) {
    if (now >= due) {
      send(asked, now);
      asked += 1;
      due = Math.max(due, now - LATEST) - (Math.log(1 - Math.random()) * 1e6) / perSecond;
    }
    receive(sockets[next] ?? 0);
    next = (next + 1) % count;
  }
  for (const end = until + PATIENCE; clock() < end; ) for (const socket of sockets) receive(socket);
  const times = taken.subarray(0, answered).sort();
  const quantile = (share: number): number => times[Math.floor(share * answered)] ?? Number.NaN;
  const [p50, p99, p999] = [quantile(0.5), quantile(0.99), quantile(0.999)];
  return { perSecond: sent / seconds, sent, answered, all, p50, p99, p999 };
}

function send(index: number, now: number): void {
  packet.writeUInt16BE(index % IDS, 0);
  sentAt[index % IDS] = now;
  if (now >= countsFrom) sent += 1;
  calls.sendOctets(sockets[index % count] ?? 0, packet);
}

function receive(socket: number): void {
  const came = calls.receive(socket, inbox.address, BATCH);
  for (let index = 0; index < came; index += 1) {
    const envelope = inbox.open(index);
    const reply = inbox.payload(index);
    const id = ((reply[0] ?? 0) << 8) | (reply[1] ?? 0);
    const at = sentAt[id] ?? 0;
    sentAt[id] = 0;
    const isRight = ((reply[3] ?? 0) & 0x0f) === 0 && ((reply[6] ?? 0) << 8) + (reply[7] ?? 0) > 0;
    if (at === 0 || !isRight) continue;
    all += 1;
    if (at < countsFrom) continue;
    taken[answered] = timeOf(envelope) - at;
    answered += 1;
  }
}

/** Of a struct cmsghdr and a struct timespec. */
function timeOf(envelope: number): number {
  const { words } = inbox;
  if (words[envelope + CONTROL_LENGTH] === 0) throw new Error('The kernel says no times');
  return micros(words[envelope + CONTROL + 4] ?? 0, words[envelope + CONTROL + 6] ?? 0);
}

/** The clock that the kernel's times are of; microseconds since an hour before this process began. */
async function clockOf(): Promise<() => number> {
  const koffi = await import('koffi');
  const read = koffi.load(null).func('int clock_gettime(int, void *)');
  // Long enough for V8 to keep it outside its heap.
  const time = new Uint32Array(32);
  return () => {
    read(0, time);
    return micros(time[0] ?? 0, time[2] ?? 0);
  };
}

function micros(unixSeconds: number, nanoseconds: number): number {
  return 1e6 * (unixSeconds - EPOCH) + nanoseconds / 1000;
}

function open(): number {
  const socket = calls.socket(AF_INET, SOCK_DGRAM, 0);
  for (const [option, value] of [
    [SO_RCVBUF, BUFFER_OCTETS],
    [SO_TIMESTAMPNS, 1],
  ] as const)
    if (calls.setOption(socket, SOL_SOCKET, option, value) < 0) throw new Error(`setsockopt ${option} fails`);
  // struct sockaddr_in
  const name = Uint8Array.of(AF_INET, 0, port >> 8, port & 0xff, 127, 0, 0, 1, ...new Uint8Array(8));
  if (calls.connect(socket, name) < 0) throw new Error('connect fails');
  return socket;
}
