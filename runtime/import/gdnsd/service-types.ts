/** gdnsd's service types as checks of pools (gdnsd.config(5), "SERVICE_TYPES"). */
import { meant } from '../../base/suggest.ts';
import type { CheckDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import type { ImportReport, SourcePlace } from '../report.ts';
import { hashOf, numberAt, numberOf, textAt, textOf, textsOf, vscfItems } from './fields.ts';
import type { Vscf, VscfHash } from './vscf.ts';

/** The most results in a row that a check may ask for. */
const MOST_RESULTS = 100;

export class ServiceTypes {
  readonly #types: VscfHash;
  readonly #report: ImportReport;

  constructor(types: VscfHash, report: ImportReport) {
    this.#types = types;
    this.#report = report;
  }

  /** The check of what `service_types` of a resource names; `undefined` where it is always up. */
  check(resource: VscfHash): CheckDraft | undefined {
    const named = resource.entries.get('service_types');
    const checks = (named === undefined ? [] : vscfItems(named)).flatMap((item) => {
      const check = this.#named(textOf(item, 'A service type').text, item.place);
      return check === undefined ? [] : [check];
    });
    return checks.length > 1 ? { all: checks } : checks[0];
  }

  #named(name: string, place: SourcePlace): CheckDraft | undefined {
    if (name === 'up') return undefined;
    const found = this.#types.entries.get(name);
    if (found !== undefined) return this.#checkOf(name, hashOf(found, `Service type "${name}"`));
    if (name === 'down') return this.#alwaysDown(name, place);
    const hint = meant(name, ['up', 'down', ...this.#types.entries.keys()]);
    throw new NotUnderstood(place, `There is no service type "${name}"${hint}`, 'Name one that is defined');
  }

  #checkOf(name: string, hash: VscfHash): CheckDraft | undefined {
    const plugin = textAt(hash, 'plugin') ?? '';
    switch (plugin) {
      case 'tcp_connect':
        return { type: 'tcp', port: this.#port(hash, name), ...this.#timing(name, hash) };
      case 'http_status':
        return this.#http(name, hash);
      case 'static':
        return textAt(hash, 'state')?.toUpperCase().startsWith('DOWN') === true
          ? this.#alwaysDown(name, hash.place)
          : undefined;
      case 'null':
        return this.#alwaysDown(name, hash.place);
      case 'extmon':
        return this.#command(name, hash);
      case 'extfile':
        return this.#file(name, hash);
      default: {
        const hint = meant(plugin, ['tcp_connect', 'http_status', 'extmon', 'extfile', 'static', 'null']);
        const message = `Service type "${name}" has the plugin "${plugin}", which is not known${hint}`;
        throw new NotUnderstood(hash.place, message, 'Name a plugin of gdnsd that monitors');
      }
    }
  }

  #port(hash: VscfHash, name: string): number {
    const port = numberAt(hash, 'port');
    if (port !== undefined) return port;
    throw new NotUnderstood(hash.place, `Service type "${name}" has no port`, 'Write port => 443');
  }

  #http(name: string, hash: VscfHash): CheckDraft {
    const [port, host] = [numberAt(hash, 'port'), textAt(hash, 'vhost')];
    const codes = hash.entries.get('ok_codes');
    return {
      type: 'http',
      path: textAt(hash, 'url_path') ?? '/',
      ...(port !== undefined && port !== 80 && { port }),
      ...(host !== undefined && { host }),
      status: codes === undefined ? [200] : vscfItems(codes).map((code) => numberOf(code, 'A status')),
      ...this.#timing(name, hash),
    };
  }

  #timing(name: string, hash: VscfHash): CheckDraft {
    const interval = numberAt(hash, 'interval') ?? 10;
    const timeout = numberAt(hash, 'timeout') ?? interval / 2;
    const [rise, fall] = [numberAt(hash, 'up_thresh') ?? 20, numberAt(hash, 'down_thresh') ?? 10];
    const ok = numberAt(hash, 'ok_thresh') ?? 10;
    if (ok > 1 && fall > 1) {
      this.#report.add('note', hash.place, {
        what: `service type ${name}`,
        why: `ok_thresh ${ok} counts failures that are not in a row, until ${ok} successes are`,
        instead: `fall: ${fall}, failures in a row`,
        remedy: 'Lower `fall` if targets that fail now and then are to count as down',
      });
    }
    if (rise > MOST_RESULTS || fall > MOST_RESULTS) {
      this.#report.add('changed', hash.place, {
        what: `service type ${name}`,
        why: `a check counts ${MOST_RESULTS} results in a row at most`,
        instead: `${MOST_RESULTS} in place of ${Math.max(rise, fall)}`,
        remedy: 'Take a longer interval for the same time',
      });
    }
    return { interval, timeout, rise: Math.min(rise, MOST_RESULTS), fall: Math.min(fall, MOST_RESULTS) };
  }

  #alwaysDown(name: string, place: SourcePlace): undefined {
    this.#report.add('changed', place, {
      what: `service type ${name}`,
      why: 'no check says of a target that it is always down',
      instead: 'pools without a check, which count as up',
      remedy:
        'Say so to the server that runs: dnsteer force down ZONE/POOL, or remove these pools from plans',
    });
    return undefined;
  }

  /** Policies name commands, which only the operator's settings may hold. */
  #command(name: string, hash: VscfHash): undefined {
    const command = hash.entries.get('cmd');
    const run = command === undefined ? [] : textsOf(command, 'A command');
    const words = run.map((word) => JSON.stringify(word.replaceAll('%%ITEM%%', '{address}'))).join(', ');
    this.#report.add('changed', hash.place, {
      what: `service type ${name}`,
      why: 'a policy cannot hold a command, which the settings of the server must have first',
      instead: 'pools without a check, which count as up',
      remedy: `Write "health: { commands: { ${name}: { run: [${words}] } } }" into dnsteer.yaml, and check: { type: 'exec', command: '${name}' } into the pools`,
    });
    return undefined;
  }

  #file(name: string, hash: VscfHash): undefined {
    const file: Vscf | undefined = hash.entries.get('file');
    this.#report.add('changed', hash.place, {
      what: `service type ${name}`,
      why: `no check reads states from a file (${file?.kind === 'text' ? file.text : 'unnamed'})`,
      instead: 'pools without a check, which count as up',
      remedy:
        "Write check: { type: 'push' } into the pools, and have what writes the file call: dnsteer push ADDRESS up",
    });
    return undefined;
  }
}
