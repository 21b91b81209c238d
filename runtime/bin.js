#!/usr/bin/env node
/**
 * Where every run begins. Plain JavaScript that old versions of Node can read, so that they can be
 * told what is missing instead of failing on the first line of TypeScript.
 */
const major = Number(process.versions.node.split('.')[0]);

if (major === 24 || major >= 26) {
  void import('./main.ts');
} else {
  // isolated-vm, which runs the policies, exists for Node 24 and for 26 and later only.
  console.error(
    `dnsteer needs Node.js 24, or 26 and later; this is ${process.version}.\n` +
      'In a project, `npm install --save-dev node@26` puts it where npm scripts and npx find it;\n' +
      'for the whole machine, see https://nodejs.org/en/download.',
  );
  process.exitCode = 1;
}
