import { expect, test } from 'vitest';
import { fillWords, parseAction } from '../../../src/watch/actions/parse-action.js';

const FACTS = {
  kind: 'collapse',
  class: 'a b"; rm -rf $HOME',
  metric: 'msssim',
  network: '',
  step: '500',
  set: 'step_500',
  since: 'step_300',
  message: 'Samples of a b became alike.',
  json: '{"kind":"collapse"}',
} as const;

const wordsOf = (text: string) => {
  const { command } = parseAction('on', 'any', text);
  return 'words' in command ? command.words : [];
};

test.each([
  ['notify {class}  --at={step}', ['notify', '{class}', '--at={step}']],
  [`a 'b c' "d 'e'" f"g h"i ''`, ['a', 'b c', "d 'e'", 'fg hi', '']],
  ['C:\\tools\\x.exe $HOME `id`;ls', ['C:\\tools\\x.exe', '$HOME', '`id`;ls']],
  [`echo '{"a": 1}'`, ['echo', '{"a": 1}']],
])('%s is divided into words by spaces and quotation marks alone', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test('a name stays within its word, and is no option', () => {
  expect(fillWords(wordsOf('x {class} n={class}-{step} {json}'), FACTS)).toEqual([
    'x',
    'a b"; rm -rf $HOME',
    'n=a b"; rm -rf $HOME-500',
    '{"kind":"collapse"}',
  ]);
  const hostile = { ...FACTS, class: '--delete' };
  expect(() => fillWords(wordsOf('x {class}'), hostile)).toThrow('write it behind something');
  expect(fillWords(wordsOf('x --name={class}'), hostile)).toEqual(['x', '--name=--delete']);
  expect(fillWords(wordsOf('x {network}{class}'), FACTS)).toEqual(['x', FACTS.class]);
  expect(() => fillWords(wordsOf('x {class}'), { ...FACTS, class: 'a\0b' })).toThrow('byte 0');
});

test.each([
  ['on', 'collaps', 'x', '--on cannot be for "collaps"'],
  ['on', 'collapse', '  ', 'it takes a command'],
  ['on', 'collapse', 'x "y', 'a quotation mark is not closed'],
  ['on', 'collapse', 'x {clas}', 'there is no {clas}, only {kind}'],
  ['on', 'collapse', 'x {constructor}', 'there is no {constructor}'],
  ['on', 'collapse', '{class} x', 'its first word must be a program'],
  ['on-shell', 'any', 'echo {class}', 'write "$EVENT_CLASS" in place of {class}'],
] as const)('--%s %s %j is refused', (flag, kind, text, why) => {
  expect(() => parseAction(flag, kind, text)).toThrow(why);
});

test('a text for the shell is left as it is', () => {
  expect(parseAction('on-shell', 'any', 'echo "$EVENT_CLASS" | cat').command).toEqual({
    shell: 'echo "$EVENT_CLASS" | cat',
  });
});

test('of a variable that cmd.exe would run, a shell of Windows is not given the text', () => {
  const text = 'echo %event_class%';
  expect(() => parseAction('on-shell', 'any', text, 'win32')).toThrow('cmd.exe would run what names say');
  expect(parseAction('on-shell', 'any', text, 'linux').command).toEqual({ shell: text });
});
