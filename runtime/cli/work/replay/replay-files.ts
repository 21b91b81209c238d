/** `dnsteer replay`: files of recordings, decided again by the policies of a folder. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { type RecordingVisitor, readRecording } from '../../../replay/read-recording.ts';
import { Replay } from '../../../replay/replay.ts';
import type { ReplayReport } from '../../../replay/replay-report.ts';
import { withSandbox } from '../offline-sandbox.ts';
import { deciderOn, folderSide } from './replay-side.ts';

/** What came of it; `headless` are files that do not say how they were recorded. */
export interface ReplayedFiles extends ReplayReport {
  readonly headless: readonly string[];
}

/** Fails with the problems of a zone that a server would refuse: its answers are not known. */
export async function replayFiles(
  config: Config,
  files: readonly string[],
  onProgress?: RecordingVisitor['progress'],
): Promise<Result<ReplayedFiles, readonly Diagnostic[]>> {
  return await withSandbox(config, async (sandbox) => {
    const side = folderSide(config, sandbox);
    if (!side.ok) return fail([{ code: 'START', severity: 'error', message: side.problem }]);
    const decider = deciderOn(side.value);
    const replay = new Replay(decider, onProgress);
    for (const file of files) {
      await readRecording(file, replay);
      if (decider.zones.problems.length > 0) return fail(decider.zones.problems);
    }
    await decider.end();
    return ok({ ...replay.tally.report, headless: replay.headless });
  });
}
