/** Policies and what they import as they are seen while others write them: the live version stays, the next good one is taken. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { silentLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { atEnd } from '../support/at-end.ts';
import { type Folder, makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

const FILES = {
  'list.example.ts': `import { definePolicy } from 'dnsteer';
import places from './snippets/places.json';
import { address } from './snippets/address.ts';
export default definePolicy({ fallback: { A: [address] }, hosts: { www: () => ({ TXT: places }) } });
`,
  'snippets/places.json': '["one", "two", "three"]\n',
  'snippets/address.ts': "export const address = ['192', '0', '2', '1']\n  .join('.');\n",
};

interface Running extends Folder {
  /** Looks at the folder; returns how many versions went out since the start. */
  readonly look: () => Promise<number>;
  readonly problem: () => string;
}

async function running(context: TestContext): Promise<Running> {
  const folder = makeFolder(context, FILES);
  let versions = 0;
  const registry = new Registry({
    version: '0',
    root: folder.root,
    settings: { zone: ZONE_SETTINGS, policy: POLICY_SETTINGS },
    sandbox,
    log: silentLogger(),
    onUpdate: (put, drop) => {
      versions += put.length + drop.length;
    },
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  const problem = () => {
    const [first] = registry.status()[0]?.problems ?? [];
    return first === undefined ? '' : `${first.file} ${first.code}`;
  };
  const look = async () => {
    await registry.reload();
    return versions;
  };
  return { ...folder, look, problem };
}

for (const file of ['snippets/places.json', 'snippets/address.ts'] as const) {
  test(`Import ${file}: empty, gone or a folder, the live version stays, and the file is told`, async (context) => {
    const { look, problem, write, remove, root } = await running(context);
    const faults = [() => write(file, ''), () => remove(file), () => mkdirSync(path.join(root, file))];
    for (const fault of faults) {
      fault();
      assert.equal(await look(), 1);
      assert.match(problem(), /(list\.example|places|address)\.(ts|json) POLICY_/);
    }
    remove(file);
    write(file, FILES[file].replace('one', 'four').replace("'1'", "'4'"));
    assert.deepEqual([await look(), problem()], [2, '']);
  });
}

test('Law: no cut of a policy or of what it imports ever takes the place of all of it', async (context) => {
  const { look, problem, write } = await running(context);
  const files = fc.constantFrom(...(Object.keys(FILES) as (keyof typeof FILES)[]));
  const cut = files.chain((file) =>
    fc.tuple(fc.constant(file), fc.nat({ max: FILES[file].trimEnd().length - 1 })),
  );
  await fc.assert(
    fc.asyncProperty(cut, async ([file, at]) => {
      write(file, FILES[file].slice(0, at));
      const versions = await look();
      write(file, FILES[file]);
      assert.deepEqual([versions, await look(), problem()], [1, 1, ''], FILES[file].slice(0, at));
    }),
    { numRuns: 25 },
  );
});
