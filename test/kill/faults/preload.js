// Loaded before a program with --import: counts what the program changes under a folder, and at one of these changes kills the process,
// runs another command, or has the disk fail. The plan stands in FAULT_PLAN as JSON; without one nothing happens.
import { isMainThread } from 'node:worker_threads';

const { FAULT_PLAN } = process.env;
// A program that this one starts is a program of its own.
delete process.env.FAULT_PLAN;
if (FAULT_PLAN && isMainThread) {
  const { Faults } = await import('./faults.js');
  const { replaceFileSystem } = await import('./replace-file-system.js');
  await replaceFileSystem(new Faults(JSON.parse(FAULT_PLAN)));
}
