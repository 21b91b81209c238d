/**
 * The command line: verbs, flags and help. What a verb does is in the file of its name, loaded when
 * the verb is called, so that `--help` and mistakes are answered at once.
 */
import { Command } from 'commander';
import type { SocketAddress } from '../base/net/socket-address.ts';
import {
  askFrom,
  countryCode,
  type Flags,
  resolver,
  wholeNumber,
  withConfig,
  withSettings,
} from './flags.ts';
import type { ConfigAsk, StartOptions } from './host.ts';

/** What each verb does; resolves to the exit code. */
export interface Actions {
  start(options: StartOptions, ask: ConfigAsk): Promise<number>;
  check(files: readonly string[], options: CheckOptions, ask: ConfigAsk): Promise<number>;
  prepare(ask: ConfigAsk): Promise<number>;
  explain(question: ExplainQuestion, options: ExplainOptions, ask: ConfigAsk): Promise<number>;
  create(domain: string, ask: ConfigAsk): Promise<number>;
  status(options: JsonOption, ask: ConfigAsk): Promise<number>;
  release(zone: string, ask: ConfigAsk): Promise<number>;
  delegate(zone: string, options: DelegateOptions, ask: ConfigAsk): Promise<number>;
  config(options: ConfigOptions, ask: ConfigAsk): Promise<number>;
}

export interface JsonOption {
  readonly json?: boolean;
}

export interface CheckOptions extends JsonOption {
  /** `false` by --no-types. */
  readonly types: boolean;
}

export interface ExplainOptions extends JsonOption {
  readonly offline?: boolean;
}

export interface DelegateOptions extends JsonOption {
  readonly offline?: boolean;
  /** IP address, with or without a port. */
  readonly resolver?: SocketAddress;
  /** Where name servers listen. */
  readonly port: number;
  /** Seconds for one question. */
  readonly timeout: number;
}

export interface ConfigOptions extends JsonOption {
  readonly schema?: boolean;
}

export interface ExplainQuestion {
  readonly name: string;
  readonly type: string | undefined;
  readonly from: string | undefined;
  readonly country: string | undefined;
}

/** Builds the parser; `done` gets a verb's exit code. */
export function createProgram(version: string, actions: Actions, done: (code: number) => void): Command {
  const program = new Command('dnsteer')
    .description('An authoritative DNS server whose answers are small TypeScript programs.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is well, 1 problems were found, 2 the command was not understood.\nEach verb has help of its own: dnsteer check --help',
    )
    .configureHelp({ styleTitle: (title) => bold(title) })
    .exitOverride();
  addStart(program, actions, done);
  addCheck(program, actions, done);
  addPrepare(program, actions, done);
  addExplain(program, actions, done);
  addNew(program, actions, done);
  addStatus(program, actions, done);
  addRelease(program, actions, done);
  addDelegate(program, actions, done);
  addConfig(program, actions, done);
  return program;
}

type Done = (code: number) => void;

const ADMIN_OF_SERVER = 'address of its admin server';

function addStart(program: Command, actions: Actions, done: Done): void {
  withSettings(program.command('start'))
    .summary('run the server')
    .description('Run the server: answer DNS for every policy and zone file in the policies folder.')
    .option('--listen <address…>', 'address to answer on; several are separated by commas')
    .option('--admin <address>', 'address of the admin page, API and metrics, or "off"')
    .option('--processes <count>', 'answer processes, or "auto"')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent')
    .option('--log-format <format>', 'auto, json or pretty')
    .option('--replace', 'take the place of the server that runs with the same state folder', false)
    .addHelpText(
      'after',
      examples(
        'dnsteer start',
        'dnsteer start --replace',
        "dnsteer start --listen '0.0.0.0:53,[::]:53' --policies /etc/dnsteer/policies",
      ),
    )
    .action(async (flags: Flags & StartOptions) =>
      done(await actions.start({ replace: flags.replace }, askFrom(flags))),
    );
}

function addCheck(program: Command, actions: Actions, done: Done): void {
  withSettings(program.command('check'))
    .summary('find what is wrong with policies and zone files')
    .description(
      'Find what is wrong with policies and zone files: compile, check types, load and run them in the sandbox.',
    )
    .argument('[file...]', 'files to check, shared ones too; default: all of the policies folder')
    .option('--no-types', 'do not look for type errors')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('dnsteer check', 'dnsteer check policies/example.com.ts', 'dnsteer check --json'),
    )
    .action(async (files: string[], flags: Flags & CheckOptions) =>
      done(await actions.check(files, flags, askFrom(flags))),
    );
}

function addPrepare(program: Command, actions: Actions, done: Done): void {
  withSettings(program.command('prepare'))
    .summary('try all policies ahead of a start')
    .description(
      'Compile and try all policies, and keep what passes in the state folder: a start with the same files, settings and dnsteer takes it over.',
    )
    .addHelpText('after', examples('dnsteer prepare', 'DNSTEER_STATE=/srv/image/state dnsteer prepare'))
    .action(async (flags: Flags) => done(await actions.prepare(askFrom(flags))));
}

function addExplain(program: Command, actions: Actions, done: Done): void {
  withSettings(program.command('explain'))
    .summary('tell how a query is answered, and why')
    .description(
      'Tell how a query is answered, and why: what the policy read, its plan, what steering kept and dropped.',
    )
    .argument('<name>', 'name asked for')
    .argument('[type]', 'type asked for', 'A')
    .option('--from <address>', 'address or network of the client')
    .option('--country <code>', 'country of the client, whatever its address says', countryCode)
    .option('--offline', 'do not ask the running server')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer explain www.example.com',
        'dnsteer explain www.example.com AAAA --from 203.0.113.7',
        'dnsteer explain www.example.com --country DE --offline',
      ),
    )
    .action(async (name: string, type: string, flags: Flags & ExplainOptions & ClientFlags) => {
      const { from, country } = flags;
      done(await actions.explain({ name, type, from, country }, flags, askFrom(flags)));
    });
}

function addNew(program: Command, actions: Actions, done: Done): void {
  withSettings(program.command('new'))
    .summary('write a starter policy')
    .description('Write a commented starter policy, and what editors need to complete it.')
    .argument('<domain>', 'zone the policy is for')
    .addHelpText('after', examples('dnsteer new shop.example'))
    .action(async (domain: string, flags: Flags) => done(await actions.create(domain, askFrom(flags))));
}

function addStatus(program: Command, actions: Actions, done: Done): void {
  withConfig(program.command('status'))
    .summary('show the running server')
    .description('Show the running server: zones, versions, pools and their health, counters, processes.')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('dnsteer status', 'dnsteer status --json'))
    .action(async (flags: Flags & JsonOption) => done(await actions.status(flags, askFrom(flags))));
}

function addRelease(program: Command, actions: Actions, done: Done): void {
  withConfig(program.command('release'))
    .summary('end the quarantine of a policy')
    .description(
      'End the quarantine of a policy, without a change of its file: the running server asks it again.',
    )
    .argument('<zone>', 'zone of the policy')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer release example.com'))
    .action(async (zone: string, flags: Flags) => done(await actions.release(zone, askFrom(flags))));
}

function addDelegate(program: Command, actions: Actions, done: Done): void {
  withSettings(program.command('delegate'))
    .summary('tell what the registrar needs, and check the delegation')
    .description(
      'Tell what to enter at the registrar of a zone, and check from outside in what can be checked: what the parent says, and how each name server answers.',
    )
    .argument('<zone>', 'zone to be delegated')
    .option('--offline', 'tell what to enter, and ask nobody')
    .option('--resolver <address>', 'resolver that finds the parent; default: those of the system', resolver)
    .option('--port <number>', 'port of name servers, for trials', wholeNumber, 53)
    .option('--timeout <seconds>', 'time for each question', wholeNumber, 3)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer delegate shop.example',
        'dnsteer delegate shop.example --offline',
        'dnsteer delegate shop.example --resolver 9.9.9.9',
      ),
    )
    .action(async (zone: string, flags: Flags & DelegateOptions) =>
      done(await actions.delegate(zone, flags, askFrom(flags))),
    );
}

function addConfig(program: Command, actions: Actions, done: Done): void {
  withConfig(program.command('config'))
    .summary('show every setting')
    .description('Show every setting, its value and where that comes from.')
    .option('--schema', 'print the JSON Schema of dnsteer.yaml, for editors')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer config',
        'DNSTEER_PROCESSES=4 dnsteer config',
        'dnsteer config --schema > dnsteer.schema.json',
      ),
    )
    .action(async (flags: Flags & ConfigOptions) => done(await actions.config(flags, askFrom(flags))));
}

interface ClientFlags {
  readonly from?: string;
  readonly country?: string;
}

function examples(...lines: readonly string[]): string {
  return `\n${bold('Examples:')}\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

/** commander takes the style away where the output is no terminal. */
function bold(text: string): string {
  return `\u001B[1m${text}\u001B[22m`;
}
