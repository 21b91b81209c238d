/**
 * What an author's editor shows of policies: TypeScript itself tells, by the interface through which editors ask it (which
 * TypeScript 7 calls unstable).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { API } from 'typescript/unstable/sync';

export interface Underlined {
  /** The text that is underlined. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export class Editor implements Disposable {
  readonly #api: API;
  readonly #project: string;

  /** `project`: a tsconfig.json. */
  constructor(project: string) {
    this.#project = path.resolve(project);
    this.#api = new API({ cwd: path.dirname(this.#project) });
  }

  /** What is wrong in a file, as it is on the disk when it is asked first. */
  underlined(file: string): Underlined[] {
    const text = readFileSync(file, 'utf8');
    return this.#ask(({ program }) =>
      [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ pos, end, text: message }) => ({
          text: text.slice(pos, end),
          line: text.slice(0, pos).split('\n').length,
          message,
        }),
      ),
    );
  }

  /** What is offered at a place of a file. */
  completions(file: string, offset: number): string[] {
    return this.#ask(({ checker }) =>
      (checker.getCompletionsAtPosition(file, offset)?.entries ?? []).map(({ name }) => name),
    );
  }

  [Symbol.dispose](): void {
    this.#api.close();
  }

  #ask<T>(question: (project: ReturnType<ReturnType<API['updateSnapshot']>['getProjects']>[number]) => T): T {
    const snapshot = this.#api.updateSnapshot({
      openProjects: [this.#project],
      fileChanges: { invalidateAll: true },
    });
    try {
      const [project] = snapshot.getProjects();
      if (project === undefined) throw new Error(`There is no project ${this.#project}`);
      return question(project);
    } finally {
      snapshot.dispose();
    }
  }
}
