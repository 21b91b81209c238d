/**
 * The thread that scans the policies folder for scan-thread.ts. A system call that
 * does not return (a network file system whose server is gone) holds up nothing but this thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import type { FolderContent } from './content.ts';
import { FolderEvents } from './events.ts';
import { FolderScanner, type Scan } from './scan.ts';
import { type FolderTask, type FromFolder, noteStep } from './scan-progress.ts';

const { root, known, progress } = workerData as FolderTask;
assert(parentPort !== null, 'it is a thread');
const port = parentPort;
const events = new FolderEvents(root, () => tell({ t: 'hint' }));
const scanner = new FolderScanner(root, {
  known,
  onStep: (place) => noteStep(progress, place),
  onFolder: (folder) => events.see(folder),
  isWritten: (file) => events.isWritten(file),
});
let last: Scan | undefined;

port.on('message', (avoid: readonly string[]) => {
  const scan = scanner.scan(avoid);
  const unwatched = events.settle();
  // Handing over ten thousand files takes its time.
  tell({ t: 'scanned', scan: isSame(scan, last) ? undefined : scan, unwatched });
  last = scan;
});

function tell(message: FromFolder): void {
  port.postMessage(message);
}

function isSame(scan: Scan, before: Scan | undefined): boolean {
  if (!scan.ok || before?.ok !== true || scan.identity !== before.identity) return false;
  return scan.problems.join('\n') === before.problems.join('\n') && areSame(scan.files, before.files);
}

function areSame(files: FolderContent, before: FolderContent): boolean {
  if (files.size !== before.size) return false;
  for (const [file, { hash, modifiedAt }] of files) {
    const known = before.get(file);
    if (known?.hash !== hash || known.modifiedAt !== modifiedAt) return false;
  }
  return true;
}
