import { expect, it } from 'vitest';
import { describeFound } from '../../../src/networks/import/describe-found.js';

const notesOf = (name: string, names: readonly string[], prefix = '') =>
  describeFound(
    'ViT-B-32.pt',
    { wrapper: undefined, tensors: new Map(names.map((each) => [each, {}])) },
    { architecture: { name }, prefix, others: [] },
    [],
  );

it.each([
  [
    'clip-vit-b-32',
    ['visual.proj', 'transformer.resblocks.0.ln_1.bias', 'token_embedding.weight', 'text_projection'],
    3,
  ],
  ['clip-rn50', ['visual.conv1.weight', 'positional_embedding', 'ln_final.bias', 'logit_scale'], 2],
  ['siglip-so400m-14', ['vision_model.head.probe', 'text_model.head.bias'], 1],
])('a note says that the text tower of %s was passed over', (name, names, count) => {
  expect(notesOf(name, names)).toEqual([
    `ViT-B-32.pt: passed over the text tower (${count} tensors): the network is the tower for pictures.`.replace(
      '(1 tensors)',
      '(1 tensor)',
    ),
  ]);
});

it('of a file without one, or of another network, no note says so', () => {
  expect(notesOf('clip-vit-b-32', ['visual.proj'])).toEqual([]);
  expect(notesOf('dinov2-vit-s-14', ['transformer.weight'])).toEqual([]);
  const [note] = notesOf('clip-vit-b-32', ['model.visual.proj', 'model.text_projection'], 'model.');
  expect(note).toContain('passed over the text tower (1 tensor)');
});
