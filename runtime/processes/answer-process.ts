/**
 * One answer process: every part is built and wired here, once control has sent the settings. From then on
 * control sends orders (serving/orders.ts), and clients send queries (serving/answering.ts).
 */
import process from 'node:process';
import { noTransportCounts } from '../answer/counting/stats.ts';
import { memoSpace } from '../answer/memo/memo-space.ts';
import { OctetsReader } from '../answer/replies/sent-octets.ts';
import { Publisher } from '../answer/zones/zone-publisher.ts';
import { SignAhead } from '../dnssec/signing/sign-ahead.ts';
import { createGeoSource } from '../geo/geo-source.ts';
import type { AnswerSettings } from '../rpc/answer-settings.ts';
import { buildAnswering } from '../serving/answering.ts';
import { ControlLine } from '../serving/control-line.ts';
import { Leaving } from '../serving/leaving.ts';
import { Listening } from '../serving/listening.ts';
import { Orders } from '../serving/orders.ts';
import { type Built, runUnderControl } from '../serving/run-under-control.ts';
import { StatsReport } from '../serving/stats-report.ts';
import { accountToBecome } from '../transport/privileges.ts';
import { buildSandbox } from './build-sandbox.ts';

const control = new ControlLine();

runUnderControl(build);

function build(settings: AnswerSettings): Built {
  const account = accountToBecome(settings.dropPrivileges);
  const sandbox = buildSandbox(settings, account, control);
  const answering = buildAnswering({
    settings,
    transfers: settings.transfers,
    sandbox,
    // What control has looked at may have been written over since: a process that takes another's place answers all the same.
    geo: createGeoSource(settings.geo, (problem) => process.stderr.write(`${problem}\n`)),
    memory: memoSpace(settings.memo),
    packetSlots: settings.memo.packets,
    tell: control.tell,
  });
  const { parts, memory, responder, signing } = answering;
  const octets = new OctetsReader();
  const ahead = new SignAhead(signing.memory, signing.budget, () => parts.packets?.clear());
  const { generation } = settings;
  const publisher = new Publisher({ ...parts, memory, signing, ahead, sandbox, octets });
  const transport = noTransportCounts();
  const listening = new Listening({
    settings,
    account,
    sandbox,
    onQuery: (packet, requester) => responder.respond(packet, requester),
    counters: transport,
    control,
  });
  const leaving = new Leaving({ generation, listening, sandbox, recorder: answering.recorder });
  const stats = new StatsReport({ answering, publisher, sandbox, transport, ahead, control });
  const orders = new Orders({ answering, publisher, octets, sandbox, listening, leaving, stats, control });
  return { orders, leaving };
}
