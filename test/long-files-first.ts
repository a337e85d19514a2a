import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, the longest first. */
const LONG = [
  'test/hostile/hostile.test.ts',
  'test/gate/ci-story.test.ts',
  'test/docs/commands.test.ts',
  'test/cli/killed-trainings.test.ts',
  'test/evaluate/score.test.ts',
  'test/networks/architectures/inception-v3.test.ts',
  'test/evaluate/end-to-end.test.ts',
  'test/cli/gate.test.ts',
  'test/kill/kill.test.ts',
  'test/cli/kill-and-resume.test.ts',
  'test/evaluate/several-networks.test.ts',
  'test/cli/program.test.ts',
  'test/package/tarball.test.ts',
  'test/examples/slurm.test.ts',
  'test/networks/store/kills.test.ts',
  'test/report/page/browser.test.ts',
  'test/train/adversarial/presets.test.ts',
  'test/cli/metric-faults.test.ts',
  'test/cli/page.test.ts',
  'test/cli/signals.test.ts',
  'test/model/model.test.ts',
];

/**
 * Starts the longest files first, so that no process is left alone with one at the end. Vitest knows the times of the last run, of which
 * a fresh clone has none.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = LONG.find((path) => !existsSync(path));
    if (missing) throw new Error(`${missing} is no file: correct the list in test/long-files-first.ts.`);
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.indexOf(relative('.', moduleId).replaceAll(sep, '/'));
      return index < 0 ? LONG.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
