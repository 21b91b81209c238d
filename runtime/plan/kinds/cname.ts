/** The plan `cname`: another name has the answer. */
import { absoluteNameFromText, nameToText, ROOT } from '../../wire/name.ts';
import type { LeafKind } from '../kind.ts';
import { OBJECT, OCTETS } from '../octets.ts';
import { withTtl } from '../text.ts';

export const cname: LeafKind<'cname'> = {
  compile(data, path, ttl, reader) {
    reader.checkCname(path);
    const text = typeof data.target === 'string' ? data.target : '';
    const target = absoluteNameFromText(text, reader.zone);
    if (!target.ok) reader.refuse(path, target.problem);
    else reader.checkAlias(path, target.value);
    return { kind: 'cname', target: target.ok ? target.value : ROOT, ttl: reader.ttl(data, path, ttl) };
  },
  octets: ({ target }) => OBJECT + OCTETS + target.length,
  text: ({ target }) => `cname(${nameToText(target)})`,
  dataText: ({ target, ttl }) => withTtl(`cname(${target})`, ttl),
};
