/** What a program gets that imports `dnsteer/test`: see policy.js. */
export const ask = undefined;
export const distribution = undefined;
export const expect = undefined;
export const log = undefined;
export const test = undefined;
export const zone = undefined;

throw Object.assign(
  new Error(
    'Tests of policies run in the sandbox of dnsteer only: put them beside their policies, and run: dnsteer test',
  ),
  { code: 'POLICY_IMPORT' },
);
