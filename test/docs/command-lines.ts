import type { Options } from 'yargs';
import type { CommandEntry, CommandGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { GLOBAL_OPTIONS } from '../../src/cli/options/global-flags.js';

/** The words of every ganeval command in the text of a shell script, without redirections and comments. */
export function findCommandLines(script: string): string[][] {
  const joined = script.replace(/\\\n/g, ' ');
  return splitCommands(joined)
    .map(splitWords)
    .flatMap((words) => {
      const start = words.findIndex((word) => /(^|\/)ganeval(\.js)?$/.test(word));
      const isCommand = words
        .slice(0, start)
        .every((word) => /^\w+=|^(npx|node|exec|time|run:|-)$/.test(word));
      return start >= 0 && isCommand ? [words.slice(start + 1)] : [];
    });
}

/** What stands in quotes is no end of a command. */
function splitCommands(script: string): string[] {
  return script.match(/(?:"[^"\n]*"|'[^'\n]*'|[^\n;|&]|(?<!&)&(?!&))+/g) ?? [];
}

function splitWords(line: string): string[] {
  const words = line.match(/#.*|(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const end = words.findIndex((word) => /^[#<>]|^\d?>/.test(word));
  return (end >= 0 ? words.slice(0, end) : words).map((word) => word.replace(/["']/g, ''));
}

/** What is wrong with a command line, if anything: an unknown command, option or choice, or missing arguments. */
export async function explainMisuse(words: readonly string[]): Promise<string | undefined> {
  if (words.length === 0) return undefined;
  const found = findEntry(words);
  if (typeof found === 'string') return found;
  const { entry, rest } = found;
  if (!entry) return undefined;
  const command = await entry.load();
  const options: Record<string, Options> = {
    ...GLOBAL_OPTIONS,
    help: { type: 'boolean' },
    version: { type: 'boolean' },
    ...command.options,
  };
  const { positionals, problem } = readWords(rest, options);
  return problem ?? explainCount(entry, positionals);
}

/** The command that the words name, and the words after its name. */
function findEntry(words: readonly string[]): { entry?: CommandEntry; rest: readonly string[] } | string {
  if (words[0].startsWith('-') || words[0] === 'completion') return { rest: [] };
  let among: readonly (CommandEntry | CommandGroup)[] = COMMANDS;
  let entry: CommandEntry | CommandGroup | undefined;
  let rest = words;
  while (rest.length > 0) {
    const next = among.find(({ usage }) => usage.split(' ')[0] === rest[0]);
    if (!next) break;
    entry = next;
    rest = rest.slice(1);
    among = next.commands ?? [];
  }
  if (!entry) return `there is no command ${words[0]}`;
  if (!('load' in entry)) {
    return rest.length === 0 || rest[0].startsWith('-')
      ? { rest: [] }
      : `there is no command ${entry.usage} ${rest[0]}`;
  }
  return { entry, rest };
}

function readWords(words: readonly string[], options: Readonly<Record<string, Options>>) {
  const positionals: string[] = [];
  const named = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word);
      continue;
    }
    const [flag, ...values] = word.split('=');
    const found = findOption(flag.replace(/^--?/, ''), options);
    if (!found) return { positionals, problem: `there is no option ${flag}` };
    const [name, option] = found;
    named.add(name);
    if (option.type === 'boolean') continue;
    const value = values.length > 0 ? values.join('=') : words[++i];
    if (value === undefined) return { positionals, problem: `${flag} needs a value` };
    const wrong = explainChoice(value, option);
    if (wrong) return { positionals, problem: `${flag} ${wrong}` };
    const others = (option.nargs ?? 1) - 1;
    if (i + others >= words.length) return { positionals, problem: `${flag} needs ${others + 1} values` };
    i += others;
  }
  return { positionals, problem: undefined };
}

function findOption(name: string, options: Readonly<Record<string, Options>>) {
  return Object.entries(options).find(
    ([key, { alias, type }]) =>
      key === name || [alias].flat().includes(name) || (type === 'boolean' && `no-${key}` === name),
  );
}

function explainChoice(value: string, { choices }: Options): string | undefined {
  if (!Array.isArray(choices) || /[<$…|]/.test(value)) return undefined;
  const wrong = value.split(',').find((one) => !choices.includes(one));
  return wrong === undefined ? undefined : `does not take ${wrong}`;
}

function explainCount({ usage }: CommandEntry, positionals: readonly string[]): string | undefined {
  const least = usage.match(/<[^>]+>/g)?.length ?? 0;
  const most = usage.includes('..') ? Number.POSITIVE_INFINITY : least + (usage.match(/\[/g)?.length ?? 0);
  if (positionals.length < least) return `"${usage}" misses an argument`;
  return positionals.length > most ? `"${usage}" has an argument too many: ${positionals[most]}` : undefined;
}
