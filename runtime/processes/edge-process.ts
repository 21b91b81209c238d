/**
 * One edge process: it answers HTTP as an answer process answers DNS, with the same orders of control, zones, memo and
 * sandboxes of its own, and no socket of DNS. Whatever happens to it, or to a policy in it, no answer of DNS waits for it.
 */
import process from 'node:process';
import { noTransportCounts } from '../answer/counting/stats.ts';
import { memoSpace } from '../answer/memo/memo-space.ts';
import { OctetsReader } from '../answer/replies/sent-octets.ts';
import { Publisher } from '../answer/zones/zone-publisher.ts';
import { assert } from '../base/assert.ts';
import { SignAhead } from '../dnssec/signing/sign-ahead.ts';
import { Director } from '../edge/director.ts';
import { EdgeListening } from '../edge/edge-listening.ts';
import { Redirector } from '../edge/redirector.ts';
import { createGeoSource } from '../geo/geo-source.ts';
import type { AnswerSettings } from '../rpc/answer-settings.ts';
import { buildAnswering } from '../serving/answering.ts';
import { ControlLine } from '../serving/control-line.ts';
import { Leaving } from '../serving/leaving.ts';
import { Orders } from '../serving/orders.ts';
import { type Built, runUnderControl } from '../serving/run-under-control.ts';
import { StatsReport } from '../serving/stats-report.ts';
import { accountToBecome } from '../transport/privileges.ts';
import { buildSandbox } from './build-sandbox.ts';

const control = new ControlLine();

runUnderControl(build);

function build(settings: AnswerSettings): Built {
  const { http } = settings;
  assert(http !== undefined, 'edge processes have settings of HTTP');
  const account = accountToBecome(settings.dropPrivileges);
  const sandbox = buildSandbox(settings, account, control);
  const director = new Director();
  const answering = buildAnswering({
    settings,
    transfers: undefined,
    sandbox,
    geo: createGeoSource(settings.geo, (problem) => process.stderr.write(`${problem}\n`)),
    memory: memoSpace(settings.memo),
    // No reply is kept: the decisions of policies are.
    packetSlots: 0,
    tell: control.tell,
    run: director.run,
  });
  const { parts, memory, responder, signing } = answering;
  const octets = new OctetsReader();
  const ahead = new SignAhead(signing.memory, signing.budget, () => {});
  const publisher = new Publisher({ ...parts, memory, signing, ahead, sandbox, octets });
  const redirector = new Redirector({ responder, director, settings: http });
  const listening = new EdgeListening({ settings: http, account, sandbox, redirector, control });
  const leaving = new Leaving({
    generation: settings.generation,
    listening,
    sandbox,
    recorder: answering.recorder,
  });
  const transport = noTransportCounts();
  const stats = new StatsReport({ answering, publisher, sandbox, transport, ahead, control });
  const orders = new Orders({ answering, publisher, octets, sandbox, listening, leaving, stats, control });
  return { orders, leaving };
}
