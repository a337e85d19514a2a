/** Names of pictures, and of their labels, as data sets of the field have them. */
const LABELS_OF: readonly (readonly [pictures: RegExp, labels: string])[] = [
  [/^arr_0$/, 'arr_1'],
  // MedMNIST: train_images and train_labels.
  [/^(.*)images$/, '$1labels'],
  [/^(.*)image$/, '$1label'],
  // Keras: x_train and y_train.
  [/^x(_.*)?$/, 'y$1'],
  [/^X(_.*)?$/, 'y$1'],
];

/** The name that the labels of an array of pictures would have; undefined for a name of no known kind. */
export function labelsNameOf(pictures: string): string | undefined {
  const rule = LABELS_OF.find(([name]) => name.test(pictures));
  return rule && pictures.replace(rule[0], rule[1]);
}
