/** Settings of files in which other programs find pools: which pools, and how the program is told. */
import path from 'node:path';
import type { z } from 'zod';
import { choice, list, section, text, whole } from '../kinds.ts';
import { EMIT_KINDS } from './emit-kinds.ts';

const MOST_FILES = 100;
const MOST_POOLS = 1000;

const command = (what: string) =>
  list(text('must be a text'), 'texts: a program and its arguments')
    .min(1, { error: 'must name a program' })
    .optional()
    .describe(what);

const emitted = section({
  kind: choice(EMIT_KINDS).describe('Which program reads the file.'),
  file: text('must be the path of a file').describe('The file, which is replaced as a whole.'),
  pools: list(
    text('must be the name of a pool, such as "shop.example/eu"', (name) => /^[^/]+\/./.test(name)),
    'pools, such as ["shop.example/eu"]',
  )
    .min(1, { error: 'must name at least one pool' })
    .max(MOST_POOLS, { error: `must name ${MOST_POOLS} pools at most` })
    .describe('Pools: zone/pool.'),
  port: whole(1, 65_535).prefault(80).describe('Port of all addresses.'),
  check: command('Program and arguments that judge the new file, "{file}", before it takes its place.'),
  reload: command('Program and arguments that have the file read; no shell is involved.'),
  timeout: whole(1, 600).prefault(10).describe('Seconds after which either is killed.'),
  socket: text('must be the path of a socket')
    .optional()
    .describe('Socket of the runtime API of HAProxy, of level admin.'),
}).superRefine(({ kind, socket }, context) => {
  if (socket !== undefined && kind !== 'haproxy')
    context.addIssue({ code: 'custom', path: ['socket'], input: socket, message: 'needs kind: haproxy' });
});

type Written = z.output<typeof emitted>;

/** One file, as the settings in force have it. */
export type EmitSetting = {
  readonly [Key in keyof Written]: Written[Key] extends string[] | undefined
    ? Readonly<Written[Key]>
    : Written[Key];
};

export const emit = list(emitted, 'mappings with "kind", "file" and "pools"')
  .max(MOST_FILES, { error: `must name ${MOST_FILES} files at most` })
  .superRefine((all, context) => {
    for (const [at, { file }] of all.entries()) {
      if (all.findIndex((one) => path.normalize(one.file) === path.normalize(file)) < at)
        context.addIssue({ code: 'custom', path: [at, 'file'], input: file, message: 'is named twice' });
    }
  })
  .prefault([])
  .describe('Files in which nginx, HAProxy and Caddy find pools, kept as the pools are now.');

/** The settings with absolute paths. */
export function emitWithPlaces(written: readonly Written[], folder: string): Written[] {
  return written.map((one) => ({
    ...one,
    file: path.resolve(folder, one.file),
    ...(one.socket !== undefined && { socket: path.resolve(folder, one.socket) }),
  }));
}
