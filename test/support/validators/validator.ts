/** What all validators have in common: where they begin to trust, how they are asked, and what they say. */
import { rcodeToText } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { recordToText } from '../../../runtime/wire/record.ts';
import { freePort } from '../ports.ts';
import { type ProgramOptions, type RunningProgram, startProgram } from '../program.ts';
import { askResolver, type Place } from './ask-resolver.ts';

export interface Verdict {
  /** `failed`: there is no answer whether it is checked or not, so that it is no verdict about signatures. */
  readonly status: 'secure' | 'insecure' | 'bogus' | 'failed';
  readonly rcode: string;
  /** Records of the answer without signatures and TTL, as `owner type data`, owners in lower case, sorted. */
  readonly answers: readonly string[];
}

export interface Validator {
  readonly name: string;
  /** Whether each question takes it long. */
  readonly isSlow: boolean;
  /** @param name absolute, with its final dot */
  ask(name: string, type: string): Promise<Verdict>;
  /** What it has printed, for whoever wonders about a verdict. */
  output(): string;
  stop(): Promise<void>;
}

/** Where resolvers begin. */
export interface RootZone {
  /** A server of the root zone. */
  readonly server: { readonly name: string; readonly address: string };
  /** DS of the root's key. */
  readonly ds: DsFields;
}

export interface TrustedRoot extends RootZone {
  /** A resolver that checks nothing, for validators that resolve nothing themselves. */
  readonly plainResolver: Place;
}

export interface DsFields {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: string;
}

/** A kind of validator: the Debian package that has it, and how it is started. */
export interface ValidatorKind {
  readonly name: string;
  readonly program: string;
  start(root: TrustedRoot): Promise<Validator>;
}

export function dsText({ tag, algorithm, digestType, digest }: DsFields): string {
  return `${tag} ${algorithm} ${digestType} ${digest}`;
}

/** Hints, as a zone file has them. */
export function hintsText({ server }: RootZone): string {
  return `. 3600000 IN NS ${server.name}\n${server.name} 3600000 IN A ${server.address}\n`;
}

type ResolverOptions = Pick<ProgramOptions, 'program'> & {
  readonly name: string;
  readonly args: (folder: string, port: number) => readonly string[];
  readonly files: (folder: string, port: number) => Readonly<Record<string, string>>;
};

/** Starts a resolver that validates; AD says what it found (RFC 4035 §3.2.3). */
export async function startResolver({ name, program, args, files }: ResolverOptions): Promise<Validator> {
  const running = await startResolverProgram({ program, args, files });
  return {
    name,
    isSlow: false,
    ask: (owner, type) => verdictOf(running.at, owner, type),
    output: () => running.output(),
    stop: () => running.stop(),
  };
}

export async function startResolverProgram(options: Omit<ResolverOptions, 'name'>): Promise<RunningProgram> {
  const port = await freePort();
  return startProgram({
    program: options.program,
    args: (folder) => options.args(folder, port),
    files: (folder) => options.files(folder, port),
    at: { address: '127.0.0.1', port },
    ready: { name: '.', type: 'SOA' },
  });
}

async function verdictOf(at: Place, name: string, type: string): Promise<Verdict> {
  const message = await askResolver(at, { name, type });
  const told = { rcode: rcodeToText(message.rcode), answers: answersOf(message) };
  if (told.rcode !== 'SERVFAIL') return { status: message.authenticData ? 'secure' : 'insecure', ...told };
  const unchecked = await askResolver(at, { name, type, checkingDisabled: true });
  return { status: rcodeToText(unchecked.rcode) === 'SERVFAIL' ? 'failed' : 'bogus', ...told };
}

/** Answers as {@link Verdict} has them. */
export function answersOf({ answers }: Pick<Message, 'answers'>): string[] {
  return answers
    .filter(({ type }) => type !== RRTYPE.RRSIG)
    .map((record) => withoutTtl(recordToText(record)))
    .sort();
}

/** `Owner 300 IN A 192.0.2.1` → `owner A 192.0.2.1`, blanks between fields alike. */
export function withoutTtl(record: string): string {
  const [owner = '', , , ...rest] = record.split(/\s+/);
  return [owner.toLowerCase(), ...rest].join(' ');
}
