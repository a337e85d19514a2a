/** What runners of CI take for commands. */
export const COMMANDS = [
  '::error::x',
  '::set-output name=a::b',
  '::add-mask::a',
  '##[group]a',
  '##vso[task.setvariable variable=a]b',
  "##teamcity[blockOpened name='a']",
  'section_start:1:a\r\u001b[0K',
  'travis_fold:start:a\r\u001b[0K',
  '--- a',
  '+++ a',
  '\n',
  '\r',
];

/** Names that a folder, a file or a class can have on Linux, each with attacks of several kinds. */
export const HOSTILE_NAMES = [
  '::error::a\n::add-mask::0',
  '##[group]b\u001b[31m\u202e\u2066',
  '--- c\r\u001b[0K\u0085\u2028##vso[task.complete]\u200b',
];

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
/** Joiners of emoji, and the marks that this program puts around right-to-left letters. */
const ALLOWED = /\u200d|\u2068|\u2069|\n|\t/;

/** The first thing in an output that a terminal or a runner of CI would obey; undefined if there is none. */
export function findDanger(output: string, styled = false): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const text = styled ? output.replace(/\u001b\[[\d;]*m/g, '') : output;
  const invisible = (text.match(INVISIBLE) ?? []).find((character) => !ALLOWED.test(character));
  if (invisible) return `U+${invisible.codePointAt(0)?.toString(16)}`;
  const [anywhere] = /##\w*\[/.exec(text) ?? [];
  if (anywhere) return anywhere;
  return text.split('\n').find((line) => /^\s*(::|(---|\+\+\+|~~~|\^\^\^)\s)/.test(line));
}
