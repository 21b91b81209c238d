/**
 * Measures servers whose every query comes from another address: `inside.ts <ManyOptions as JSON>`, run by table.ts in a
 * network namespace of its own. Prints {@link ManyResults} as JSON; what it does meanwhile it says on stderr.
 */
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CASES, type Case, ZONE } from '../cases.ts';
import { canDo } from '../cell.ts';
import { inCompany } from '../ground.ts';
import { cpuMicrosOfAll } from '../measure.ts';
import type { Peer, PeerName } from '../peers/peer.ts';
import { pinTo } from '../pin.ts';
import { question } from '../questions.ts';
import { sendPackets, writePacket } from './trafgen.ts';
import { type Cable, type Counts, cable } from './veth.ts';

export interface ManyOptions {
  readonly folder: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Servers that are wanted. */
  readonly names: readonly PeerName[];
}

export interface ManyFigures {
  readonly round: number;
  readonly row: string;
  readonly peer: PeerName;
  /** Microseconds of CPU time for each answer, of all processes of the server that answer. */
  readonly micros: number;
  readonly sent: number;
  readonly answered: number;
  readonly perSecond: number;
}

export interface ManyResults {
  readonly figures: readonly ManyFigures[];
  readonly versions: readonly string[];
  readonly skipped: Readonly<Record<string, string>>;
}

/** What all servers know; and what they know of where clients are. */
const ROWS = ['static', 'geo'];
const WARM_UP_SECONDS = 1;
/** Octets of a frame before its payload: Ethernet, IPv4, UDP. */
const HEADERS = 14 + 20 + 8;
/** Milliseconds without an answer, after which none is to come. */
const QUIET_MS = 200;
/** Octets of an A record whose name is a pointer (RFC 1035 §4.1.4). */
const ADDRESS_RECORD = 16;

const options = JSON.parse(process.argv[2] ?? '') as ManyOptions;
const results = await measureMany(options, await cable());
process.stdout.write(JSON.stringify(results), () => process.exit(0));

async function measureMany(of: ManyOptions, line: Cable): Promise<ManyResults> {
  const { folder, names, rounds, seconds } = of;
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  // trafgen keeps itself to processor 0.
  pinTo(1);
  const wants = (): boolean => true;
  return inCompany({ names, folder, wants, progress }, async ({ peers, skipped }) => {
    const cells = CASES.filter(({ name }) => ROWS.includes(name)).flatMap((row) =>
      peers.filter((peer) => canDo(peer, row)).map((peer) => ({ row, peer })),
    );
    for (const { row, peer } of cells) await measureOne(row, peer, line, { ...of, seconds: WARM_UP_SECONDS });
    const figures: ManyFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const { row, peer } of cells) {
        progress(`Round ${round} of ${rounds}: ${row.name}, ${peer.name}, each query from another address`);
        figures.push({ round, ...(await measureOne(row, peer, line, { ...of, seconds })) });
      }
    }
    return { figures, skipped, versions: peers.map(({ version }) => version) };
  });
}

async function measureOne(
  { name, right }: Case,
  peer: Peer,
  line: Cable,
  { folder, seconds, perSecond }: ManyOptions,
): Promise<Omit<ManyFigures, 'round'>> {
  const file = path.join(folder, 'packet');
  const message = question(`${name}.${ZONE}`);
  writePacket(file, line, peer.port, message);
  const before = { ...line.counts(), micros: cpuMicrosOfAll(peer.pid), at: performance.now() };
  const sent = Math.round(perSecond * seconds);
  await sendPackets(line, file, sent, perSecond);
  const tookSeconds = (performance.now() - before.at) / 1000;
  const after = await settled(line);
  const answered = after.sent - before.sent;
  // The namespace knows no other traffic: an answer that is an error, or has no addresses, would be shorter.
  const octets = (after.octets - before.octets) / answered - HEADERS;
  const whole = message.length + ADDRESS_RECORD * right.us.length;
  if (!(Math.abs(octets - whole) < 1))
    throw new Error(`${peer.name} answers ${name} with ${octets} octets on average, and not ${whole}`);
  const micros = (cpuMicrosOfAll(peer.pid) - before.micros) / answered;
  return { row: name, peer: peer.name, micros, sent, answered, perSecond: answered / tookSeconds };
}

/** What is counted once the last queries are answered, which waited in the server's buffer. */
async function settled(line: Cable): Promise<Counts> {
  for (let before = line.counts(); ; ) {
    await sleep(QUIET_MS);
    const now = line.counts();
    if (now.sent === before.sent) return now;
    before = now;
  }
}
