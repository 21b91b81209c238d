/** Judges the views of a delegation. */
import { unreachable } from '../base/assert.ts';
import type { DelegationViews, NameServers, ParentAnswer } from './delegation-views.ts';
import { type Finding, found } from './finding.ts';
import { judgeChain } from './judge-chain.ts';
import { judgeServers } from './judge-servers.ts';
import { isInside, listOf, nameServersAt, shown } from './name-server-texts.ts';

/** All problems, those of the delegation itself first, those of the chain of trust last. `now`: seconds since 1970. */
export function judge(views: DelegationViews, now = Date.now() / 1000): Finding[] {
  return [...judgeParent(views), ...judgeNames(views), ...judgeServers(views), ...judgeChain(views, now)];
}

function* judgeParent({ zone, parent, ours }: DelegationViews): Generator<Finding> {
  if (parent.kind === 'unknown') {
    const remedy = 'Ask from a machine that reaches the internet, or name a resolver with --resolver';
    yield found('PARENT_UNKNOWN', `The parent zone could not be asked: ${parent.why}`, remedy);
    return;
  }
  const [first, ...others] = parent.answers;
  if (first === undefined) return;
  for (const other of others) {
    if (listOf(other.nameServers) === listOf(first.nameServers)) continue;
    const message = `${first.server} says ${listOf(first.nameServers)}, and ${other.server} ${listOf(other.nameServers)}`;
    yield found(
      'PARENT_DIFFERS',
      message,
      'Wait until the change has reached all servers of the parent, and ask again',
    );
  }
  const delegated = first.nameServers;
  if (delegated === undefined) {
    const message = `${shown(parent.zone)} does not delegate ${shown(zone)} (${first.server})`;
    yield found('NOT_DELEGATED', message, 'Enter the name servers at the registrar');
    return;
  }
  if (ours !== undefined) yield* compareWithOurs(delegated, ours);
  yield* judgeGlue(zone, first, ours);
}

function* compareWithOurs(delegated: NameServers, ours: NameServers): Generator<Finding> {
  for (const name of without(ours, delegated)) {
    yield found('NS_NOT_ENTERED', `${shown(name)} is not entered at the parent`, 'Enter it at the registrar');
  }
  for (const name of without(delegated, ours)) {
    const message = `The parent names ${shown(name)}, which the files and settings here do not`;
    yield found('NS_NOT_OURS', message, 'Remove it at the registrar, or add it to zone.nameServers');
  }
}

/** RFC 9471 §2.1: the parent's addresses are the only way to a server inside the zone. */
function* judgeGlue(
  zone: string,
  { nameServers: delegated, isChildToo }: ParentAnswer,
  ours?: NameServers,
): Generator<Finding> {
  if (delegated === undefined || isChildToo) return;
  for (const [name, glue] of delegated) {
    if (!isInside(name, zone) || glue.length > 0) continue;
    const wanted = ours?.get(name)?.join(', ') ?? 'its addresses';
    const remedy = `Enter ${wanted} as the host or glue record of ${shown(name)} at the registrar`;
    yield found(
      'GLUE_MISSING',
      `The parent has no address of ${shown(name)}, which is inside the zone`,
      remedy,
    );
  }
}

function* judgeNames({ parent, ours, servers, unresolved }: DelegationViews): Generator<Finding> {
  for (const [name, why] of unresolved) {
    switch (why.kind) {
      case 'none': {
        const message = `${shown(name)} has no address; an alias does not do (RFC 2181 §10.3)`;
        yield found('NS_WITHOUT_ADDRESS', message, 'Give it an A or AAAA record');
        break;
      }
      case 'no glue': {
        const message = `${shown(name)} is inside the zone, and neither the parent nor a file here has its address`;
        yield found('NS_WITHOUT_ADDRESS', message, 'Give it addresses in zone.nameServers or the .zone file');
        break;
      }
      case 'unknown': {
        const message = `The address of ${shown(name)} could not be found: ${why.why}`;
        yield found('NS_UNKNOWN', message, 'Ask again later, or with another --resolver');
        break;
      }
      default:
        unreachable(why);
    }
  }
  const delegated = nameServersAt(parent) ?? ours;
  const addresses = new Set(servers.filter(({ name }) => delegated?.has(name)).map(({ address }) => address));
  if (delegated !== undefined && unresolved.size === 0 && (delegated.size < 2 || addresses.size < 2)) {
    const message = delegated.size < 2 ? 'There is one name server' : 'All name servers have one address';
    yield found('NS_ALONE', message, 'Have two, in different networks (RFC 2182 §3.1)');
  }
}

function without(some: NameServers, others: NameServers): string[] {
  return [...some.keys()].filter((name) => !others.has(name));
}
