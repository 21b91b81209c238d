/** Finds problems of single name servers, and differences between them. */
import { noReplyText } from '../client/reply.ts';
import type { DelegationViews, ServerView } from './delegation-views.ts';
import { type Finding, found } from './finding.ts';
import { isInside, listOf, nameServersAt, serverPlace, shown } from './name-server-texts.ts';

export function* judgeServers(views: DelegationViews): Generator<Finding> {
  if (views.servers.length > 0 && views.servers.every(isLikeResolver)) {
    const message = 'All name servers answer as resolvers do: this network may answer in their place';
    yield found('ANSWERED_BY_RESOLVER', message, 'Ask from a network that lets DNS through to port 53');
  }
  for (const server of views.servers) {
    yield* judgeContact(server);
    yield* compareWithParent(server, views);
  }
  yield* compareSerials(views.servers);
}

function isLikeResolver({ udp, offersRecursion }: ServerView): boolean {
  return udp.kind === 'lame' && offersRecursion;
}

function* judgeContact(server: ServerView): Generator<Finding> {
  const { udp, tcp, edns } = server;
  const at = serverPlace(server);
  if (udp.kind === 'unreachable') {
    const remedy = 'Ask from a machine that reaches it';
    yield found('SERVER_UNREACHABLE', `${at} cannot be reached from here: ${udp.why}`, remedy);
    return;
  }
  if (udp.kind === 'lame') {
    const remedy = 'Give it the zone, or take it out of the delegation';
    yield found('SERVER_LAME', `${at} does not serve the zone: ${udp.how}`, remedy);
  } else if (udp.kind !== 'authoritative') {
    const remedy = 'Let UDP through to port 53, and see that the server listens at that address';
    yield found('UDP_FAILS', `${at} does not answer over UDP: ${noReplyText(udp)}`, remedy);
  }
  if (tcp.kind !== 'authoritative' && tcp.kind !== 'lame') {
    const remedy =
      'Let TCP through to port 53 as well: replies that do not fit a packet need it (RFC 7766 §5)';
    yield found('TCP_FAILS', `${at} does not answer over TCP: ${noReplyText(tcp)}`, remedy);
  } else if (tcp.kind === 'lame' && udp.kind !== 'lame') {
    yield found(
      'SERVER_LAME',
      `${at} does not serve the zone over TCP: ${tcp.how}`,
      'Let one server answer both',
    );
  }
  if (edns === 'silent') {
    const remedy = 'Look for a firewall that drops queries with EDNS (RFC 6891)';
    yield found('EDNS_FAILS', `${at} answers only queries without EDNS`, remedy);
  } else if (edns === 'ignored') {
    const remedy = 'Let it answer with EDNS (RFC 6891): without it, replies over 512 octets are truncated';
    yield found('EDNS_IGNORED', `${at} does not know EDNS`, remedy);
  }
  if (server.offersRecursion) {
    const remedy = 'Turn recursion off: name servers of the public answer for their zones only (RFC 5358 §4)';
    yield found('RECURSION_OFFERED', `${at} offers recursion`, remedy);
  }
}

/** The parent's NS records and addresses should be the zone's own (RFC 1034 §4.2.2). */
function* compareWithParent(server: ServerView, { zone, parent }: DelegationViews): Generator<Finding> {
  const delegated = nameServersAt(parent);
  const own = server.nameServers;
  if (delegated === undefined || own === undefined) return;
  if (listOf(delegated) !== listOf(own)) {
    const message = `${serverPlace(server)} has the NS records ${listOf(own)}, and the parent ${listOf(delegated)}`;
    yield found('NS_DIFFERS', message, 'Make them the same, at the registrar or in the zone');
  }
  for (const [name, addresses] of own) {
    const glue = delegated.get(name);
    if (!isInside(name, zone) || glue === undefined || glue.length === 0) continue;
    if (addresses.join() === glue.join()) continue;
    const message = `${serverPlace(server)} has ${addresses.join(', ') || 'no address'} for ${shown(name)}, and the parent ${glue.join(', ')}`;
    yield found('GLUE_DIFFERS', message, 'Make them the same, at the registrar or in the zone');
  }
}

function* compareSerials(servers: readonly ServerView[]): Generator<Finding> {
  const known = servers.filter(({ serial }) => serial !== undefined);
  if (new Set(known.map(({ serial }) => serial)).size < 2) return;
  const list = known.map((server) => `${serverPlace(server)} has ${server.serial}`).join(', ');
  const remedy = 'Give all the same files; copied with their times (rsync -t), they have the same serial';
  yield found('SERIAL_DIFFERS', `Serials differ: ${list}`, remedy);
}
