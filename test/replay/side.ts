/** Policies that a test plays, as a side that decides recorded queries. */
import assert from 'node:assert/strict';
import type { ImaginedPools } from '../../runtime/replay/imagined-health.ts';
import { type DecidedLine, LineDecider } from '../../runtime/replay/line-decider.ts';
import { type ReplaySide, ReplayZones } from '../../runtime/replay/replay-zones.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import type { OfflineZone } from '../../runtime/testing/offline-zone.ts';
import { GEO } from '../answer/places.ts';
import { ScriptedSandbox } from '../answer/scripted-sandbox.ts';
import { type ZoneSource, zoneUpdate } from '../answer/server.ts';

const CONFIG = {
  edns: { udpSize: 1232 },
  zone: { negativeTtl: 30 },
  tcp: { idle: 30 },
  memo: { leaves: 1000, policyMemory: 1, memory: 1, packets: 0 },
} as unknown as ReplaySide['config'];

export class PlayedSide {
  readonly sandbox = new ScriptedSandbox();
  readonly decider: LineDecider;

  constructor(zones: readonly ZoneSource[], imagined?: ImaginedPools, isSigned = false) {
    const sources = new Map(zones.map((zone) => [zone.zone ?? 'example.com', zone]));
    const { sandbox } = this;
    const played = {
      run: sandbox.run.bind(sandbox),
      load: () => Promise.resolve({ ok: true }),
      release: () => {},
    } as unknown as ReplaySide['sandbox'];
    const side: ReplaySide = {
      sandbox: played,
      config: CONFIG,
      geo: GEO,
      zones: sources.keys(),
      make: (zone) =>
        Promise.resolve({
          ok: true,
          value: offlineZone(sources.get(zone) ?? assert.fail(zone)),
        }),
      ...(imagined && { imagined }),
      isSigned: () => isSigned,
    };
    this.decider = new LineDecider(new ReplayZones(side), side);
  }

  async decide(line: RecordedLine): Promise<DecidedLine> {
    const read = this.decider.read(line, Date.parse(line.at));
    assert.ok(read.ok, JSON.stringify(read));
    const { promise, resolve } = Promise.withResolvers<DecidedLine>();
    await this.decider.decide(read.value, resolve);
    return await promise;
  }
}

function offlineZone(source: ZoneSource): OfflineZone {
  const pools = Object.entries(source.policy?.pools ?? {});
  const trial = { kind: 'passed', accepted: { manifest: { pools: new Map(pools) } } };
  return { update: zoneUpdate(source), policy: { trial } } as unknown as OfflineZone;
}
