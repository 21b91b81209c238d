/** `dnsteer whatif`: files of recordings, decided with the health that was, and with other health. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { suggest } from '../../../base/suggest.ts';
import type { Config } from '../../../config/config.ts';
import type { Both } from '../../../replay/decide-both.ts';
import type { ImaginedPools } from '../../../replay/imagined-health.ts';
import type { LineDecider } from '../../../replay/line-decider.ts';
import { type RecordingVisitor, readRecording } from '../../../replay/read-recording.ts';
import type { ReplaySide } from '../../../replay/replay-zones.ts';
import { WhatIf } from '../../../replay/what-if.ts';
import type { WhatIfReport } from '../../../replay/what-if-report.ts';
import { withSandbox } from '../offline-sandbox.ts';
import { deciderOn, folderSide } from './replay-side.ts';

/** Fails with the problems of a zone that a server would refuse, and with pools that there are not, or that are never down. */
export async function whatIfFiles(
  config: Config,
  files: readonly string[],
  imagined: ImaginedPools,
  onProgress?: RecordingVisitor['progress'],
): Promise<Result<WhatIfReport, readonly Diagnostic[]>> {
  return await withSandbox(config, async (sandbox) => {
    const side = folderSide(config, sandbox);
    if (!side.ok) return fail([problem(side.problem)]);
    const before = oncePerZone(side.value);
    const deciders: Both<LineDecider> = [deciderOn(before), deciderOn(asAnother(before), imagined)];
    const whatIf = new WhatIf(deciders, onProgress);
    for (const file of files) {
      await readRecording(file, whatIf);
      const { problems } = deciders[0].zones;
      if (problems.length > 0) return fail(problems);
    }
    for (const decider of deciders) await decider.end();
    const { report } = whatIf;
    const wrong = report.zones.length === 0 ? [] : problemsWith(imagined, deciders[1]);
    return wrong.length > 0 ? fail(wrong.map(problem)) : ok(report);
  });
}

/** Files of a zone are compiled and tried once for both. */
function oncePerZone(side: ReplaySide): ReplaySide {
  const made = new Map<string, ReturnType<ReplaySide['make']>>();
  const make: ReplaySide['make'] = (zone) => {
    const making = made.get(zone) ?? side.make(zone);
    made.set(zone, making);
    return making;
  };
  return { ...side, make };
}

/** The sandbox holds a version under its name: the same one a second time has another. */
function asAnother(side: ReplaySide): ReplaySide {
  const make: ReplaySide['make'] = async (zone) => {
    const made = await side.make(zone);
    if (!made.ok) return made;
    const { update } = made.value;
    return ok({ ...made.value, update: { ...update, version: `${update.version}~` } });
  };
  return { ...side, make };
}

function problemsWith({ down, up }: ImaginedPools, { zones }: LineDecider): string[] {
  const { met, unchecked } = zones.imagined;
  const names = zones.poolNames();
  const unknown = [...down, ...up].filter((name) => !met.has(name));
  return [
    ...unknown.map((name) => {
      const meant = suggest(name, names);
      return `No zone with recorded queries has a pool ${name}${meant === undefined ? '' : `; "${meant}"?`}`;
    }),
    ...unchecked.map(
      (pool) =>
        `The pool ${pool} has no check, so nothing would notice that it is down: give it one (check: { … })`,
    ),
  ];
}

function problem(message: string): Diagnostic {
  return { code: 'START', severity: 'error', message };
}
