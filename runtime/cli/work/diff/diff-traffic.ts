/** What recorded traffic says of a difference: which share of the queries that clients asked is answered differently. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { registrySettings } from '../../../control/settings.ts';
import type { ChangedCell } from '../../../explore/compare/compare-hosts.ts';
import type { ComparedHost } from '../../../explore/compare/compare-policies.ts';
import type { RecordChange } from '../../../explore/compare/record-changes.ts';
import { createGeoSource } from '../../../geo/geo-source.ts';
import type { GeoSource } from '../../../geo/location.ts';
import type { LineDecider } from '../../../replay/line-decider.ts';
import { type RecordingProblem, readRecording } from '../../../replay/read-recording.ts';
import type { ReplaySide } from '../../../replay/replay-zones.ts';
import { Traffic, type TrafficWeight } from '../../../replay/traffic.ts';
import type { Sandbox } from '../../../runner/sandbox.ts';
import { completeOffline } from '../../../testing/offline-zone.ts';
import { deciderOn, REPLAY_PATIENCE } from '../replay/replay-side.ts';
import type { Drafts } from './side-drafts.ts';

/** All of the traffic, and its part in each cell, changed record and zone. */
export interface DiffTraffic extends TrafficWeight {
  readonly unreplayable: number;
  /** Queries of zones that neither side has. */
  readonly gone: number;
  readonly problems: { readonly count: number; readonly told: readonly RecordingProblem[] };
  readonly zones: ReadonlyMap<string, TrafficWeight>;
  readonly cells: ReadonlyMap<ChangedCell, TrafficWeight>;
  readonly records: ReadonlyMap<RecordChange, TrafficWeight>;
}

/** What is different in a zone. */
interface WeighedZone {
  readonly zone: string;
  readonly records: readonly RecordChange[];
  readonly hosts: readonly ComparedHost[];
}

interface TrafficSide {
  readonly drafts: Drafts;
  readonly sandbox: Sandbox;
  readonly config: Config;
}

/** Has both sides decide what was recorded. */
export async function weighTraffic(
  before: TrafficSide,
  after: TrafficSide,
  zones: readonly WeighedZone[],
  files: readonly string[],
): Promise<Result<DiffTraffic, readonly Diagnostic[]>> {
  const geo = createGeoSource(after.config.geo);
  const deciders = [deciderOf(before, geo), deciderOf(after, geo)] as const;
  const cells = new Map(
    zones.map(({ zone, hosts }) => [zone, new Map(hosts.map((host) => [host.host, host.cells]))] as const),
  );
  const traffic = new Traffic(deciders, cells);
  for (const file of files) {
    await readRecording(file, traffic);
    const problems = deciders.flatMap((decider) => decider.zones.problems);
    if (problems.length > 0) return fail(problems);
  }
  for (const decider of deciders) await decider.end();
  return ok(weightsFrom(traffic, zones));
}

function deciderOf({ drafts, sandbox, config }: TrafficSide, geo: GeoSource): LineDecider {
  const context = { settings: registrySettings(config), patience: REPLAY_PATIENCE };
  const make: ReplaySide['make'] = async (zone) => {
    const draft = drafts.get(zone);
    if (draft !== undefined) return await completeOffline(draft, context, undefined);
    return fail([{ code: 'START', severity: 'error', message: `There is no zone ${zone}` }]);
  };
  return deciderOn({ sandbox, config, geo, zones: drafts.keys(), make });
}

function weightsFrom(traffic: Traffic, zones: readonly WeighedZone[]): DiffTraffic {
  const { same, different, unreplayable, gone, problems } = traffic.tally.report;
  const cells = zones.flatMap(({ hosts }) => hosts.flatMap((host) => host.cells));
  const records = zones.flatMap((zone) => zone.records);
  return {
    queries: same + different,
    changed: different,
    unreplayable,
    gone: gone.lines,
    problems,
    zones: new Map(zones.map(({ zone }) => [zone, traffic.zones.of(zone)])),
    cells: new Map(cells.map((cell) => [cell, traffic.cells.of(cell)])),
    records: new Map(
      records.map((change) => [change, traffic.questions.of(`${change.name} ${change.type}`)]),
    ),
  };
}
