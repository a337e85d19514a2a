import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';

const files = { 'a.png': dot(1), 'sub/b.png': dot(2) };
const lines = (text: string) => join(pictureFolder({ ...files, 'list.jsonl': text }), 'list.jsonl');

describe('a JSON-lines manifest', () => {
  it('gives pictures and labels as a CSV manifest does', async () => {
    const source = await openImages(
      lines('\ufeff{"path": "sub/b.png", "label": 10, "note": "x"}\r\n\n{"label": "2", "path": "./a.png"}\n'),
    );
    expect(source.kind).toBe('manifest');
    expect(source.classNames).toEqual(['2', '10']);
    expect(source.entries).toEqual([
      { id: 'a.png', label: 0 },
      { id: 'sub/b.png', label: 1 },
    ]);
    expect((await source.picture(1)).pixels[0]).toBe(2);
    const bare = await openImages(lines('{"path": "a.png"}\n{"path": "sub/b.png", "label": null}\n'));
    expect(bare.classNames).toBeUndefined();
  });

  it('labels pictures that lie elsewhere', async () => {
    const table = lines('{"path": "x.png", "label": "cat"}');
    const source = await openImages(pictureFolder(['x.png']), { labels: table });
    expect(source.classNames).toEqual(['cat']);
  });

  it.each([
    ['something else than JSON', '{"path": "a.png"}\npath,label\n', /Line 2 of .* is not JSON/],
    ['a list', '["a.png"]', /Line 1 of .* has no path/],
    ['text', '"a.png"', /Line 1 of .* is not an object/],
    ['no path', '{"photo": "a.png"}', /Line 1 of .* has no path/],
    ['a label that is a list', '{"path": "a.png", "label": [1]}', /a label that is neither/],
    ['a path twice', '{"path": "a.png"}\n{"path": "./a.png"}', /more than one row for "a.png"/],
    ['no lines', '\n', /names no pictures/],
    ['a file that is not there', '{"path": "c.png"}', /not there: "c.png"/],
    [
      'labels for some',
      '{"path": "a.png"}\n{"path": "sub/b.png", "label": 1}',
      /1 of its 2 pictures no label/,
    ],
  ])('is refused with %s', async (_, text, sentence) => {
    const error = await openImages(lines(text)).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'ImagesError', message: expect.stringMatching(sentence) });
  });
});
