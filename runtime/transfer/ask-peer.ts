/**
 * Sends inquiries to primaries and secondaries, signed with the peer's key; a problem is a text about the
 * peer.
 */
import { fail, ok, type Result } from '../base/result.ts';
import type { Inquiry } from '../client/inquiry.ts';
import type { PeerServer } from '../client/peer-server.ts';
import { noReplyText } from '../client/reply.ts';
import { askTcpStream } from '../client/tcp.ts';
import { askUdp } from '../client/udp.ts';
import type { Keyring } from '../tsig/tsig-key.ts';
import { RCODE, rcodeToText } from '../wire/iana/rcode.ts';
import type { Message } from '../wire/message.ts';
import type { Taken } from './incoming.ts';

export interface PeerOptions {
  readonly keys: Keyring;
  /** Milliseconds to wait for one message. */
  readonly patienceMs: number;
  /** Ends the inquiry early. */
  readonly signal?: AbortSignal | undefined;
}

/** The most octets of a transfer: a larger copy could not be stored. */
const MOST_OCTETS = 500 * 2 ** 20;

/** Asks one question over UDP. */
export async function askPeer(
  peer: PeerServer,
  inquiry: Inquiry,
  options: PeerOptions,
): Promise<Result<Message>> {
  // The callers repeat inquiries when the RFCs say so: RFC 1996 §3.6 for NOTIFY, RFC 1035 §3.3.13 for
  // refreshes.
  const reply = await askUdp(peer, plain(inquiry), { ...askOptions(peer, options), sends: 1 });
  if (reply.kind !== 'reply') return fail(noReplyText(reply));
  const problem = refusalIn(reply.message);
  return problem === undefined ? ok(reply.message) : fail(problem);
}

/**
 * Hands over the messages of a transfer one by one, until `take` is done or finds a problem; resolves with
 * the problem, if there is one.
 */
export async function transferFrom(
  peer: PeerServer,
  inquiry: Inquiry,
  options: PeerOptions,
  take: (message: Message) => Taken,
): Promise<string | undefined> {
  const stream = { ...askOptions(peer, options), mostOctets: MOST_OCTETS };
  let problem: string | undefined;
  let count = 0;
  const noReply = await askTcpStream(peer, plain(inquiry), stream, (message) => {
    count += 1;
    problem = refusalIn(message);
    const next = problem === undefined ? take(message) : { problem };
    if (typeof next !== 'object') return next;
    problem = next.problem;
    return 'done';
  });
  if (problem !== undefined || noReply === undefined) return problem;
  return noReply.kind === 'closed' && count > 0 ? 'it ends before the zone does' : noReplyText(noReply);
}

/** Inquiries to peers have no EDNS: replies over UDP are short, and those over TCP need no size. */
function plain(inquiry: Inquiry): Inquiry {
  return { ...inquiry, edns: false };
}

function askOptions({ key }: PeerServer, { keys, patienceMs, signal }: PeerOptions) {
  return { timeoutMs: patienceMs, key: key === undefined ? undefined : keys.get(key), signal };
}

function refusalIn({ rcode }: Message): string | undefined {
  return rcode === RCODE.NOERROR ? undefined : `it answers ${rcodeToText(rcode)}`;
}
