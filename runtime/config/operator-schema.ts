/** Settings for operators: the admin server, the log, recordings, and whom to tell of what. */
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../base/log.ts';
import { parseSocketAddress } from '../base/net/socket-address.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { HOW_TO_MAKE_A_TOKEN, isToken, SHORTEST_TOKEN } from './admin-token.ts';
import { choice, flag, list, number, parsed, secret, section, text, whole } from './kinds.ts';
import { ADDRESS_FORM } from './network-kinds.ts';

export const admin = section({
  listen: parsed(`must be "off" or ${ADDRESS_FORM}`, (text) =>
    text === 'off' ? text : parseSocketAddress(text),
  )
    .prefault('127.0.0.1:8053')
    .describe(
      'Address of the admin page, API and metrics, or "off". One that is not on loopback needs a token.',
    ),
  token: secret(
    `must be a text of at least ${SHORTEST_TOKEN} characters without spaces; ${HOW_TO_MAKE_A_TOKEN}`,
    isToken,
  )
    .optional()
    .describe('Secret that clients of the admin server must send; /healthz and /readyz are open to all.'),
  tokenFile: text('must be the path of a file')
    .optional()
    .describe('File that holds the token, in place of admin.token.'),
}).prefault({});

export const log = section({
  level: choice(LOG_LEVELS).prefault('info').describe('The least that is logged.'),
  format: choice(LOG_FORMATS).prefault('auto').describe('"auto" is pretty on a terminal, else json.'),
  queries: number(0, 1).prefault(0).describe('Share of queries to log: 0 is none, 1 is all.'),
}).prefault({});

export const record = section({
  sample: number(0, 1)
    .prefault(0)
    .describe(
      'Share of queries to record, each with what its policy read and what was answered: 0 is none, 1 is all.',
    ),
  full: flag()
    .prefault(false)
    .describe(
      'Record whole addresses of clients. Without it a client is recorded as its network, /24 or /56.',
    ),
  folder: text('must be the path of a folder')
    .optional()
    .describe('Folder of recordings. None given: "recordings" in the state folder.'),
  maxSize: whole(1, 65_536).prefault(64).describe('Size of a file, in megabytes, at which the next begins.'),
  files: whole(1, 10_000).prefault(8).describe('How many files are kept; then the oldest is removed.'),
}).prefault({});

/** What notices are about. */
export const NOTICE_KINDS = [
  'target',
  'pool',
  'override',
  'quarantine',
  'reload',
  'certificate',
  'keys',
  'alias',
  'announce',
  'emit',
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

const SECRET = 'must be "whsec_" and base64 of 24 to 64 octets';
/** Standard Webhooks, "Signature scheme": a secret has from 24 to 64 octets. */
const SECRET_OCTETS = { least: 24, most: 64 };

const events = () =>
  list(choice(NOTICE_KINDS), `kinds of events (${NOTICE_KINDS.join(', ')})`)
    .optional()
    .describe(`Kinds of events to tell: ${NOTICE_KINDS.join(', ')}. Not given: all.`);

export const notifications = section({
  gather: number(0, 3600)
    .prefault(5)
    .describe('For how many seconds a message waits for what else happens: a storm is one message.'),
  webhooks: list(
    section({
      url: text('must be a URL of http or https without a password', isPlainUrl),
      secret: text(SECRET, isWebhookSecret).optional().describe('Secret that signs messages.'),
      secretFile: text('must be the path of a file')
        .optional()
        .describe('File that holds the secret, in its place.'),
      events: events(),
    }),
    'mappings with "url" and "secret" or "secretFile"',
  )
    .meta({ writeOnly: true })
    .prefault([])
    .describe('Where messages are posted, signed as Standard Webhooks says.'),
  commands: list(
    section({
      run: list(text('must be a text'), 'texts: a program and its arguments')
        .min(1, { error: 'must name a program' })
        .describe('Program and arguments; no shell is involved.'),
      timeout: whole(1, 600).prefault(30).describe('Seconds after which it is killed.'),
      events: events(),
    }),
    'mappings with "run"',
  )
    .prefault([])
    .describe('Programs that get each message as JSON on their standard input.'),
}).prefault({});

/** Whether a text is a secret as Standard Webhooks writes it. */
export function isWebhookSecret(written: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(written)) return false;
  const { length } = Buffer.from(written.slice('whsec_'.length), 'base64');
  return length >= SECRET_OCTETS.least && length <= SECRET_OCTETS.most;
}

interface WrittenWebhook {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly secretFile?: string | undefined;
}

const MOST_OCTETS = 64 * 1024;
const HOW_TO_MAKE = 'echo "whsec_$(openssl rand -base64 32)" prints a good one';

/** The webhooks with the secrets that their files hold; paths are relative to the folder. */
export function webhooksWithSecrets<W extends WrittenWebhook>(
  written: readonly W[],
  folder: string,
): Result<W[], Diagnostic[]> {
  const webhooks: W[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, webhook] of written.entries()) {
    const secret = secretOf(webhook, `notifications.webhooks[${index}]`, folder);
    if (secret.ok) webhooks.push({ ...webhook, secret: secret.value });
    else problems.push(secret.problem);
  }
  return problems.length === 0 ? ok(webhooks) : fail(problems);
}

function secretOf(
  { secret, secretFile }: WrittenWebhook,
  setting: string,
  folder: string,
): Result<string, Diagnostic> {
  if ((secret === undefined) === (secretFile === undefined))
    return refused(`Setting "${setting}" must have either "secret" or "secretFile"`);
  if (secretFile === undefined) return ok(secret ?? '');
  const file = path.resolve(folder, secretFile);
  const read = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (!read.ok)
    return refused(`Cannot read "${file}" (${setting}.secretFile): ${fileProblemText(read.problem)}`);
  const found = read.value.trim();
  return isWebhookSecret(found) ? ok(found) : refused(`"${file}" (${setting}.secretFile) ${SECRET}`);
}

function refused(message: string): Result<never, Diagnostic> {
  return fail({ code: 'CONFIG', severity: 'error', message, remedy: HOW_TO_MAKE });
}

function isPlainUrl(written: string): boolean {
  const url = URL.parse(written);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
