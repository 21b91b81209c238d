/**
 * Answers of a name server again, each as validators see it: what the server says with DO must be secure to all of
 * them, and the same. Nothing of it is checked by code of ours but that they say the same.
 */
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { askResolver, type Place } from './validators/ask-resolver.ts';
import { answersOf, type Validator, type Verdict } from './validators/validator.ts';

export interface AskedAgain {
  /** Absolute, with its final dot. */
  readonly name: string;
  readonly type: string;
}

export interface SecureAnswersOptions {
  /** The name server. */
  readonly server: Place;
  /** The zones it is asked about, absolute: where an alias leads elsewhere, validators know more than it. */
  readonly zones: readonly string[];
  readonly questions: readonly AskedAgain[];
  /** What validators are to find; the default is `secure` for all. */
  readonly expected?: (question: AskedAgain) => Verdict['status'];
  /** Whether two answers to one question may differ: by turn, by chance, by client. Then the verdict alone counts. */
  readonly varies?: (question: AskedAgain) => boolean;
  /** Where a validator is known to fail good answers. */
  readonly exceptions?: readonly Exception[];
}

/** A verdict of a validator that is not as it should be, and why it is no fault of the answer. */
export interface Exception {
  readonly validator: RegExp;
  readonly why: string;
  accepts(question: AskedAgain, direct: Direct, verdict: Verdict, expected: Verdict['status']): boolean;
}

/** What the server itself said. */
export interface Direct {
  readonly rcode: string;
  /** As a verdict has them. */
  readonly answers: readonly string[];
}

export interface SecureAnswers {
  /** Questions that the validator was asked. */
  readonly asked: number;
  /** Why so many questions were left out. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Exceptions that were needed, and how often. */
  readonly excused: ReadonlyMap<Exception, number>;
  /** Verdicts that are not as they should be. */
  readonly wrong: readonly object[];
}

/** Puts all questions to the server, once for all validators. */
export async function askServer({ server, questions, zones }: SecureAnswersOptions): Promise<KnownAnswers> {
  const known = new Map<AskedAgain, Direct>();
  const leftOut: Record<string, number> = {};
  await eachOf(questions, AT_ONCE, async (question) => {
    const message = NOT_RESOLVED.has(question.type)
      ? undefined
      : await askResolver(server, { ...question, recursion: false });
    const isOfParent = question.type === 'DS' && zones.includes(question.name);
    const why =
      message === undefined || isOfParent ? 'no resolver asks it there' : whyLeftOut(question, message);
    if (why !== undefined) leftOut[why] = (leftOut[why] ?? 0) + 1;
    else if (message !== undefined)
      known.set(question, { rcode: rcodeToText(message.rcode), answers: answersOf(message) });
  });
  return { known, leftOut, zones };
}

export interface KnownAnswers {
  readonly known: ReadonlyMap<AskedAgain, Direct>;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly zones: readonly string[];
}

/** Asks a validator everything that the server has answered; a slow one a part of it. */
export async function askValidator(
  validator: Validator,
  { known, leftOut, zones }: KnownAnswers,
  { expected = () => 'secure', varies = () => false, exceptions = [] }: SecureAnswersOptions,
): Promise<SecureAnswers> {
  const wrong: object[] = [];
  const excused = new Map<Exception, number>();
  const mine = exceptions.filter((each) => each.validator.test(validator.name));
  const every = validator.isSlow ? Math.ceil(known.size / MOST_OF_SLOW) : 1;
  const asked = [...known].filter((_, index) => index % every === 0);
  await eachOf(asked, AT_ONCE, async ([question, direct]) => {
    const verdict = await validator.ask(question.name, question.type);
    const status = expected(question);
    const isRight =
      verdict.status === status && (status === 'bogus' || varies(question) || isSame(verdict, direct, zones));
    if (isRight) return;
    const excuse = mine.find((each) => each.accepts(question, direct, verdict, status));
    if (excuse === undefined) wrong.push({ ...question, status, direct, verdict });
    else excused.set(excuse, (excused.get(excuse) ?? 0) + 1);
  });
  return { asked: asked.length, leftOut, excused, wrong };
}

/** A validator that is a process for each question takes too long for all. */
const MOST_OF_SLOW = 80;
/** Questions on their way at a time. */
const AT_ONCE = 8;

/** Types that no resolver looks up, or does not check: it asks for them itself (RFC 4035 §3.2.1), or they are no data. */
const NOT_RESOLVED: ReadonlySet<string> = new Set([
  'ANY',
  'AXFR',
  'IXFR',
  'MAILA',
  'MAILB',
  'OPT',
  'TKEY',
  'TSIG',
  'NXNAME',
  'RRSIG',
  'SIG',
  'NSEC',
  'NSEC3',
  'NXT',
]);

function whyLeftOut({ type }: AskedAgain, message: Message): string | undefined {
  const rcode = rcodeToText(message.rcode);
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return `the server says ${rcode}`;
  const types = new Set(message.authorities.map(({ type }) => type));
  if (types.has(RRTYPE.NS) && !types.has(RRTYPE.SOA)) return 'a referral';
  // It has no signature, and whether it is believed, left out or followed depends on what was asked before.
  const isMade = message.answers.some((record) => record.type === RRTYPE.DNAME);
  if (isMade && type === 'CNAME') return 'a CNAME that a DNAME makes';
  const aliases = message.answers.filter(({ type }) => type === RRTYPE.CNAME).length;
  // RFC 1034 §5.2.2: how many aliases are followed, and what is said of those that come round, each resolver decides.
  return aliases > MOST_ALIASES || comesRound(answersOf(message)) ? 'aliases that come round' : undefined;
}

const MOST_ALIASES = 8;

function comesRound(answers: readonly string[]): boolean {
  const aliases = answers.map((answer) => answer.split(' ')).filter(([, type]) => type === 'CNAME');
  const owners = new Set(aliases.map(([owner]) => owner));
  const targets = aliases.map(([, , target = '']) => target.toLowerCase());
  return aliases.length > 0 && targets.every((target) => owners.has(target));
}

/**
 * Whether a verdict has what the server said; more, where an alias led out of its zones. How a resolver came from a
 * DNAME to what it leads to is not all told by each.
 */
function isSame(verdict: Verdict, direct: Direct, zones: readonly string[]): boolean {
  const isRedirected = direct.answers.some((answer) => answer.split(' ')[1] === 'DNAME');
  const compared = (answers: readonly string[]): string[] =>
    answers.filter((answer) => !isRedirected || !/^\S+ (CNAME|DNAME) /.test(answer)).map(plain);
  const all = new Set(compared(verdict.answers));
  const told = compared(direct.answers);
  if (!told.every((answer) => all.has(answer))) return false;
  return leadsElsewhere(direct, zones) || (verdict.rcode === direct.rcode && all.size === told.length);
}

function leadsElsewhere({ answers }: Direct, zones: readonly string[]): boolean {
  return answers
    .map((answer) => answer.toLowerCase().split(' '))
    .some(([, type, target = '']) => type === 'cname' && !zones.some((zone) => isWithin(target, zone)));
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** RFC 4343: names in data may come back in another case than they went. Long data is printed in parts by some. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(' ', '');
}

async function eachOf<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
