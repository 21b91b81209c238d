/** Plans without records: they say why there are none. */
import type { LeafKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';

export const nodata = nothing('nodata');
export const nxdomain = nothing('nxdomain');
export const refuse = nothing('refuse');

/** No policy may return this plan: manifest.ts makes it the fallback of handlers that have none. */
export const servfail: LeafKind<'servfail'> = {
  ...nothing('servfail'),
  compile: (_data, path, _ttl, reader) => reader.refuse(path, 'Must be a plan'),
};

function nothing<Name extends 'nodata' | 'nxdomain' | 'refuse' | 'servfail'>(kind: Name): LeafKind<Name> {
  return { compile: () => ({ kind }), octets: () => OBJECT, text: () => kind, dataText: () => kind };
}
