/**
 * A strict reader of the Prometheus text format, version 0.0.4: whatever Prometheus would refuse or
 * silently misread is an error here.
 */
import assert from 'node:assert/strict';

export interface Family {
  readonly type: string;
  readonly help: string;
  /** `name{label="value"}`, labels sorted → value. */
  readonly samples: Map<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(
  `^(?<name>${NAME})(?:\\{(?<labels>.*)\\})? (?<value>[-+]?[0-9.e+-]+|NaN|[+-]Inf)$`,
  's',
);
const LABEL = /^(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\]|\\[\\"n])*)"(?:,|$)/;

export function parseExposition(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line has no end');
  const families = new Map<string, Family>();
  let current: [string, Family] | undefined;
  let help: [string, string] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      help = [name, rest];
    } else if (keyword === 'TYPE') {
      assert.ok(!families.has(name), `${name} is declared twice`);
      assert.equal(help?.[0], name, `${name} has no help`);
      assert.match(rest, /^(counter|gauge|histogram)$/);
      current = [name, { type: rest, help: help?.[1] ?? '', samples: new Map() }];
      families.set(...current);
    } else {
      assert.ok(current, `a sample without a family: ${line}`);
      addSample(line, ...current);
    }
  }
  return families;
}

function addSample(line: string, family: string, { type, samples }: Family): void {
  const groups = SAMPLE.exec(line)?.groups;
  assert.ok(groups, `not a sample: ${line}`);
  const { name = '', labels = '', value = '' } = groups;
  const names =
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => family + suffix) : [family];
  assert.ok(names.includes(name), `${name} is no sample of ${family}`);
  const key = `${name}{${parseLabels(labels).join(',')}}`;
  assert.ok(!samples.has(key), `${key} is given twice`);
  samples.set(key, Number(value));
}

function parseLabels(text: string): string[] {
  const labels: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = LABEL.exec(rest);
    assert.ok(match?.groups, `not labels: ${rest}`);
    const unescaped = match.groups.value?.replace(/\\(.)/g, (_, letter: string) =>
      letter === 'n' ? '\n' : letter,
    );
    labels.push(`${match.groups.label}=${JSON.stringify(unescaped)}`);
    rest = rest.slice(match[0].length);
  }
  assert.equal(
    new Set(labels.map((label) => label.split('=')[0])).size,
    labels.length,
    `a label twice: ${text}`,
  );
  return labels.sort();
}
