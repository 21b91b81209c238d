/** Whatever stands in an original: it is understood, or refused with a place, and nothing else comes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseVscf } from '../../runtime/import/gdnsd/vscf.ts';
import { NotUnderstood } from '../../runtime/import/imported.ts';
import { importPdnsLua } from '../../runtime/import/pdns-lua/import-pdns-lua.ts';
import { parseLuaRecord } from '../../runtime/import/pdns-lua/lua-parser.ts';
import { LuaBeyond } from '../../runtime/import/pdns-lua/lua-tree.ts';
import { originals, policyOf, understood } from './folder.ts';

const PLACE = { file: 'f', line: 1 };

/** Words in any order, which reach deeper than letters do. */
const wordsOf = (words: string) =>
  fc
    .array(fc.oneof(fc.constantFrom(...words.split(' ')), fc.string({ maxLength: 3 })), { maxLength: 40 })
    .map((all) => all.join(' '));

test('Any text is a configuration of gdnsd, or is refused with its place', () => {
  fc.assert(
    fc.property(wordsOf('{ } [ ] , = => "a b" key $include{x} \\ # ; " \\300'), (text) => {
      try {
        assert.ok(parseVscf('f', text, () => []));
      } catch (error) {
        assert.ok(error instanceof NotUnderstood, String(error));
        assert.ok(error.place.line >= 1 && error.remedy !== '');
      }
    }),
    { numRuns: 1000 },
  );
});

test('Any text is a script, or is refused, or beyond what is understood', () => {
  fc.assert(
    fc.property(
      wordsOf(
        "; if then else elseif end return local ( ) { } [ ] , . = == ~= and or not - # 'x' 12 name country('DE') -- [[x]]",
      ),
      (text) => {
        try {
          assert.ok(parseLuaRecord(text, PLACE));
        } catch (error) {
          assert.ok(error instanceof NotUnderstood || error instanceof LuaBeyond, String(error));
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('Names that every object has are names of hosts and pools like others', () => {
  const names = ['constructor', 'tostring', '__proto__', 'hasownproperty'];
  const records = names.map((name) => `${name} LUA A "pickrandom({'192.0.2.1'})"\n`).join('');
  const folder = originals({ 'z.example.zone': `$TTL 60\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\n${records}` });
  const policy = policyOf(understood(importPdnsLua(`${folder}/z.example.zone`, {})), 'z.example');
  assert.match(
    policy,
    /hosts: \{ constructor: 'constructor', tostring: 'tostring', \['__proto__'\]: 'proto__', hasownproperty: 'hasownproperty', \}/,
  );
});
