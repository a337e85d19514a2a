import type { Options } from 'yargs';
import type { Command, CommandEntry, CommandGroup } from '../../command.js';
import { GLOBAL_OPTIONS } from '../../options/global-flags.js';
import { GENERATED, joinBlocks, makeTable, toCell, toCode } from './markdown.js';

const INTRODUCTION = `# Command line

Results go to stdout, notes and progress to stderr. Options can also stand in a [config file or in the
environment](configuration.md). [Exit codes](exit-codes.md) say how a command ended.
\`ganeval <command> --help\` (or \`-h\`) prints what stands here; \`ganeval completion\` prints a script that completes commands and
options in a shell. After a lone \`--\` every word is a name, even one that begins with a dash. Of an option that is given twice the last
one counts.`;

const UNGROUPED = 'Options:';

/**
 * The reference of every command: usage, arguments, options with default and description, examples.
 *
 * @param commands the commands in the order of the page
 * @returns Markdown
 */
export async function makeCliPage(commands: readonly (CommandEntry | CommandGroup)[]): Promise<string> {
  const entries = commands.flatMap((entry) => listEntries(entry, 'ganeval'));
  const chapters: string[] = [];
  for (const { line, entry } of entries) chapters.push(makeChapter(line, entry, await entry.load()));
  return joinBlocks([
    GENERATED,
    INTRODUCTION,
    makeTable(
      ['command', 'what it does'],
      entries.map(({ line, entry }) => [`[${toCode(line)}](#${toAnchor(line)})`, toCell(entry.summary)]),
    ),
    `## Options of every command\n\n${makeOptionTable(Object.entries(GLOBAL_OPTIONS))}`,
    ...chapters,
  ]);
}

interface NamedEntry {
  /** "ganeval cache prune". */
  readonly line: string;
  readonly entry: CommandEntry;
}

/** The commands under an entry, in order; a group is none itself. */
function listEntries(entry: CommandEntry | CommandGroup, parent: string): NamedEntry[] {
  const [name] = entry.usage.split(' ');
  const line = `${parent} ${name}`;
  const below = (entry.commands ?? []).flatMap((each) => listEntries(each, line));
  return 'load' in entry ? [{ line, entry }, ...below] : below;
}

function makeChapter(line: string, { usage, summary }: CommandEntry, command: Command): string {
  const [, ...positionals] = usage.split(' ');
  const optionGroups = groupOptions(command.options ?? {});
  return [
    `## ${line}`,
    `${summary}.`,
    `\`\`\`text\n${[line, ...positionals, '[options]'].join(' ')}\n\`\`\``,
    ...describePositionals(command),
    ...[...optionGroups].map(
      ([group, options]) => `**${group.replace(/:$/, '')}**\n\n${makeOptionTable(options)}`,
    ),
    ...describeExamples(command),
  ].join('\n\n');
}

function describePositionals({ positionals = {} }: Command): string[] {
  const rows = Object.entries(positionals).map(([name, { describe, choices }]) => [
    toCode(name),
    toCell(describe ?? '') + describeChoices(choices),
  ]);
  return rows.length === 0 ? [] : [makeTable(['argument', 'what it is'], rows)];
}

function describeExamples({ examples = [] }: Command): string[] {
  const lines = examples.map(([line, what]) => `${line}  # ${what}`);
  return lines.length === 0 ? [] : [`**Examples**\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``];
}

type NamedOption = readonly [name: string, option: Options];

/** Options by the heading under which help shows them, in the order of help. */
function groupOptions(options: Readonly<Record<string, Options>>): Map<string, NamedOption[]> {
  const groups = new Map<string, NamedOption[]>();
  for (const [name, option] of Object.entries(options)) {
    const group = option.group ?? UNGROUPED;
    groups.set(group, [...(groups.get(group) ?? []), [name, option]]);
  }
  return groups;
}

function makeOptionTable(options: readonly NamedOption[]): string {
  const rows = options.map(([name, option]) => [
    [`--${name}`, ...aliasesOf(option).map((alias) => `-${alias}`)].map(toCode).join(', '),
    toCell(option.description ?? '') + describeChoices(option.choices),
    option.demandOption ? '*required*' : toCell(option.defaultDescription ?? ''),
  ]);
  return makeTable(['option', 'what it does', 'default'], rows);
}

function aliasesOf({ alias = [] }: Options): readonly string[] {
  return typeof alias === 'string' ? [alias] : alias;
}

function describeChoices(choices: Options['choices']): string {
  return choices ? `. One of ${choices.map((choice) => toCode(String(choice))).join(', ')}` : '';
}

/** As GitHub makes it of a heading. */
function toAnchor(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
