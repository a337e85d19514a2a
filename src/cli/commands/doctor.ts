import { jsonText } from '../../escape/json-text.js';
import { neutralize } from '../../escape/neutralize.js';
import type { Command } from '../command.js';
import { type Check, runChecks } from '../doctor/run-checks.js';
import { libraryOptions } from '../options/groups.js';
import { JSON_OPTION } from '../options/json-option.js';
import { gatherOptions } from '../options/sources.js';

const MARKS = { fine: '✓', hint: '·', broken: '✗' } as const;

export const doctorCommand: Command = {
  options: { ...JSON_OPTION, ...libraryOptions(['cacheDir', 'modelsDir']) },
  async run(argv, context) {
    const folders = await gatherOptions(['cacheDir', 'modelsDir'], argv, context);
    const checks = await runChecks(folders);
    const broken = checks.filter(({ state }) => state === 'broken');
    context.print(
      argv.json ? jsonText({ works: broken.length === 0, checks }) : toText(checks, broken.length),
    );
    return broken[0]?.exitCode ?? 0;
  },
};

function toText(checks: readonly Check[], broken: number): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, fix }) => [
    `${MARKS[state]} ${name.padEnd(width)}  ${neutralize(found)}`,
    ...(fix
      ? [`${' '.repeat(width + 4)}${state === 'hint' ? 'to change it' : 'to fix it'}: ${neutralize(fix)}`]
      : []),
  ]);
  const verdict =
    broken === 0 ? 'Scoring works here.' : 'Scoring does not work here yet; fix what is marked ✗.';
  return `${[...lines, '', verdict].join('\n')}\n`;
}
