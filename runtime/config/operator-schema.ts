/** Settings for operators: the admin server, the log, and recordings. */
import { LOG_FORMATS, LOG_LEVELS } from '../base/log.ts';
import { parseSocketAddress } from '../base/net/socket-address.ts';
import { HOW_TO_MAKE_A_TOKEN, isToken, SHORTEST_TOKEN } from './admin-token.ts';
import { choice, flag, number, parsed, secret, section, text, whole } from './kinds.ts';
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
