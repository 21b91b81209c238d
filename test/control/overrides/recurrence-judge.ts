/** Another library that understands RRULE, dateutil for Python, asked in one process for all questions of a test. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PYTHON = 'python3';
/** A question is a line with the most times, DTSTART and the rule; its answer is a line with the times. */
const PROGRAM = `
import sys
from itertools import islice
from dateutil.parser import parse
from dateutil.rrule import rrulestr
for line in sys.stdin:
    most, start, rule = line.split()
    times = islice(rrulestr(rule, dtstart=parse(start)), int(most))
    print(*(time.strftime('%Y-%m-%dT%H:%M') for time in times), flush=True)
`;

/** Why it cannot be asked, or `false`. */
export function judgeAbsence(): string | false {
  const isThere = spawnSync(PYTHON, ['-c', 'import dateutil.rrule']).status === 0;
  return isThere ? false : 'python3-dateutil is not installed';
}

export interface RecurrenceJudge {
  /** The first times of a rule that begins at a time without a zone, such as 20261201T030000. */
  times(start: string, rule: string, most: number): Promise<string[]>;
  stop(): Promise<void>;
}

export function startJudge(): RecurrenceJudge {
  const child = spawn(PYTHON, ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    times: async (start, rule, most) => {
      child.stdin.write(`${most} ${start} ${rule}\n`);
      const { value, done } = await lines.next();
      assert.ok(done !== true, `dateutil cannot tell the times of ${rule} from ${start}`);
      return value.split(' ').filter((time) => time !== '');
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
