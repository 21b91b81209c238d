/** The files of `runtime/` that begin a process or a thread, but for the sandbox, which may read its own code alone. */
export const ENTRIES = [
  'main',
  'processes/announce-process',
  'processes/answer-process',
  'processes/edge-process',
  'processes/launcher-process',
  'control/geo/latency-thread',
  'control/geo/take-thread',
  'journal/journal-thread',
  'registry/record-task-thread',
  'registry/folder/thread',
] as const;
