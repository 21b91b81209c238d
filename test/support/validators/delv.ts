/** delv, BIND's validator as a program that asks one question; a resolver that checks nothing fetches for it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import { bindAnchors } from './bind.ts';
import { type Validator, type ValidatorKind, type Verdict, withoutTtl } from './validator.ts';

const run = promisify(execFile);

export const DELV: ValidatorKind = {
  name: 'delv',
  program: 'delv',
  start: async (root) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-delv-'));
    const anchors = path.join(folder, 'anchors');
    writeFileSync(anchors, bindAnchors(root));
    const { address, port } = root.plainResolver;
    const args = [`@${address}`, '-p', String(port), '-a', anchors, '+root=.', '-4'];
    let printed = '';
    const delv: Validator = {
      name: 'delv',
      isSlow: true,
      ask: async (name, type) => {
        const { stdout, stderr } = await run('delv', [...args, name, `TYPE${typeFromText(type)}`]);
        printed = stdout + stderr;
        return delvVerdict(printed);
      },
      output: () => printed,
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
    return delv;
  },
};

/** What delv printed, as a verdict. */
function delvVerdict(printed: string): Verdict {
  const lines = printed.split('\n');
  const answers = lines
    .filter((line) => line !== '' && !line.startsWith(';'))
    .filter((line) => line.split(/\s+/)[3] !== 'RRSIG')
    .map((line) => withoutTtl(line))
    .sort();
  const failure = /resolution failed: (.*)/.exec(printed)?.[1] ?? '';
  const rcode = /NXDOMAIN|nxdomain/.test(printed) ? 'NXDOMAIN' : 'NOERROR';
  if (lines.some((line) => /^; (negative response, )?unsigned answer/.test(line)))
    return { status: 'insecure', rcode, answers };
  if (lines.some((line) => /^; (negative response, )?fully validated/.test(line)))
    return { status: 'secure', rcode, answers };
  return { status: BOGUS.test(failure) ? 'bogus' : 'failed', rcode: 'SERVFAIL', answers: [] };
}

const BOGUS = /RRSIG|trust chain|insecurity proof|no valid|not signed|verif|NSEC|DS|DNSKEY|key/i;
