import { EXIT_MEANINGS } from '../../exit-codes.js';
import { GENERATED, joinBlocks, makeTable } from './markdown.js';

const INTRODUCTION = `# Exit codes

A command that fails writes one line to stderr: what is wrong, where, and what to do. Its exit code says what kind of failure it
was, for scripts. \`--debug\` adds the stack. Errors of the library have the same kinds as their \`code\`: \`usage\`, \`images\`,
\`network\`, \`storage\`.`;

/** The reference of the exit codes, as Markdown. */
export function makeExitCodesPage(): string {
  const rows = EXIT_MEANINGS.map(({ code, meaning, details }) => [String(code), meaning, details]);
  return joinBlocks([GENERATED, INTRODUCTION, makeTable(['code', 'meaning', 'when, and what to do'], rows)]);
}
