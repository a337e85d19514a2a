import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type Column, cut, layOutTable, wrap } from '../../../src/report/text/text-table.js';

const plain = (width: number) => ({ width, indent: '', styleHeading: (text: string) => text });

const COLUMNS: Column[] = [
  { heading: 'class', align: 'left', minWidth: 4 },
  { heading: 'n', align: 'right', dropOrder: 2 },
  { heading: 'value', align: 'right', dropOrder: 1 },
];

describe('a table', () => {
  const rows = [
    ['bird', '10', '0.5'],
    ['飛行機', '1,000', '12.25'],
  ];

  it('aligns columns by their width on a terminal', () => {
    expect(layOutTable(COLUMNS, rows, plain(80))).toEqual([
      'class       n  value',
      'bird       10    0.5',
      '飛行機  1,000  12.25',
    ]);
  });

  it('drops columns by their order and cuts what may be cut when it is too narrow', () => {
    expect(layOutTable(COLUMNS, rows, plain(14))).toEqual([
      'class   value',
      'bird      0.5',
      '飛行機  12.25',
    ]);
    expect(layOutTable(COLUMNS, rows, plain(4))).toEqual(['cla…', 'bird', '飛…']);
    expect(layOutTable(COLUMNS, rows, plain(11))).toEqual(['cla…  value', 'bird    0.5', '飛…   12.25']);
  });

  it('leaves out a column that is empty', () => {
    expect(layOutTable(COLUMNS, [['bird', '', '1']], plain(80))).toEqual(['class  value', 'bird       1']);
  });

  it('styles the headings only', () => {
    const lines = layOutTable(COLUMNS, rows, { ...plain(80), styleHeading: (text) => `<${text}>` });
    expect(lines[0]).toBe('<class       n  value>');
    expect(lines[1]).toBe('bird       10    0.5');
  });
});

describe('cutting', () => {
  it('counts columns and keeps characters whole', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdef', 5)).toBe('abcd…');
    expect(stringWidth(cut('飛行機飛行機', 6))).toBeLessThanOrEqual(6);
    expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  });

  it('closes an isolate that it opened', () => {
    expect(cut('\u2068אבגדה\u2069', 3)).toMatch(/^\u2068.*…\u2069$/);
  });
});

describe('wrapping', () => {
  it('breaks at spaces and keeps long words', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('one incomprehensible two', 8, ' ')).toEqual([' one', ' incomprehensible', ' two']);
  });
});
