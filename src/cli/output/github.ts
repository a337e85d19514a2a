import type { GateVerdict } from '../../documents/verdict.js';
import type { RunContext } from '../run-context.js';
import { writeCommands } from './door.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether this runs as a step of GitHub Actions, whose runner reads commands from the output. */
export function isOnGitHub(environment: Environment): boolean {
  return environment.GITHUB_ACTIONS === 'true';
}

/**
 * Reports a verdict to GitHub: an annotation for each rule that did not pass, on stderr, where the runner reads them too and
 * they don't mix with a report; and the summary of the step, if the runner names a file for it.
 */
export async function reportToGitHub(
  verdict: GateVerdict,
  environment: Environment,
  { note }: Pick<RunContext, 'note'>,
): Promise<void> {
  if (isOnGitHub(environment)) {
    const { toAnnotations } = await import('../../report/gate/annotations.js');
    writeCommands(process.stderr, toAnnotations(verdict));
  }
  const { GITHUB_STEP_SUMMARY: summary } = environment;
  if (!summary) return;
  const { toGateMarkdown } = await import('../../report/gate/markdown.js');
  const { appendSummary } = await import('../../trackers/github/append-summary.js');
  try {
    await appendSummary(summary, toGateMarkdown(verdict));
  } catch (error) {
    // The verdict is valid without it.
    note((error as Error).message);
  }
}
