/**
 * Every answer of the rich zone again with DO, as two validators see it. The others, other servers, other denials and more
 * types are in secure-answers.long.test.ts.
 */
import { missing } from '../support/dig.ts';
import { enterNamespace } from '../support/namespace.ts';
import { BIND } from '../support/validators/bind.ts';
import { UNBOUNDS } from '../support/validators/unbound.ts';
import { serveRichDnsteer } from './dnsteer-secure.ts';
import { COMMON_TYPES, describeSecureAnswers } from './secure-answers.ts';

const skip =
  enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd') || missing('unbound');

describeSecureAnswers('dnsteer', skip, () => serveRichDnsteer('chain', COMMON_TYPES), [
  ...UNBOUNDS.slice(0, 1),
  BIND,
]);
