/** The README as tests follow it: what it shows, by section. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface ReadmeBlock {
  /** The heading above it. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** Sections that are followed below a private root, by readme-signing.long.test.ts and readme-moving.long.test.ts in test/interop/. */
export const SIGNING_SECTIONS = {
  sign: 'Signed in five minutes',
  move: 'Moving a signed zone in and out',
} as const;

/** All blocks, in order. */
export function readmeBlocks(): ReadmeBlock[] {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  let section = '';
  const found = readme.matchAll(/^#+ (.*)$|^( *)```(\w+)\n([\s\S]*?)^ *```$/gm);
  return [...found].flatMap(([, heading, indent = '', language = '', text = '']) => {
    if (heading !== undefined) section = heading;
    if (heading !== undefined) return [];
    return [{ section, language, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }];
  });
}

/** The blocks of a section; there are some. */
export function blocksOf(section: string): ReadmeBlock[] {
  const blocks = readmeBlocks().filter((block) => block.section === section);
  assert.ok(blocks.length > 0, `The README has a section "${section}"`);
  return blocks;
}
