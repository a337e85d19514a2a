import { z } from 'zod';

export const CLASS_PLAN_SCHEMA = 'ganeval/class-plan@1';

/** ImageNet-21k has 21,841. */
const MAX_CLASSES = 100_000;
/** Bytes of the longest name of a file on usual disks, four times over. */
const MAX_NAME = 1024;
const MAX_PATH = 4096;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const seed = z.int().min(0).max(0xffffffff);
const count = z.int().min(1).max(1_000_000_000);
const name = z.string().min(1).max(MAX_NAME);
const path = z.string().min(1).max(MAX_PATH);

/** How a GAN of each group is trained: what the command that made the plan was told. */
const training = z.strictObject({
  preset: name,
  settings: z
    .record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
    .describe("Settings that differ from the preset's, by name"),
  seed: seed.describe('Of the plan; the seeds of the groups follow from it'),
  steps: count.optional(),
  epochs: count.optional(),
  checkpointMinutes: z.number().positive().optional(),
  gridEvery: count.optional(),
  setsEvery: count.optional(),
  evalEvery: count.optional(),
  evalSamples: count.optional(),
  validation: count.optional(),
  stopEarly: count.optional(),
  onCollapse: z.enum(['warn', 'stop', 'rollback', 'adjust']).optional(),
  model: path.optional(),
  classifier: path.optional(),
  classMap: path.optional(),
  modelsDir: path.optional(),
  inputSize: count.optional(),
  normalize: z.string().max(MAX_NAME).optional(),
  featuresOutput: name.optional(),
  logitsOutput: name.optional(),
  test: path.optional().describe('Pictures that no step sees'),
});

const group = z.strictObject({
  number: count.describe('From 1 on, through all sets'),
  classes: z.array(name).min(1).max(MAX_CLASSES).describe('In the order of their labels within the group'),
  pictures: count.describe('Pictures of these classes'),
  digest: digest.describe('SHA-256 of these pictures and their classes'),
  seed: seed.describe('Of the training of this group'),
});

const grouping = z.strictObject({
  kind: z
    .enum(['random', 'similar', 'hard', 'sizes'])
    .describe('How classes came together; sizes: at random, once for each number of classes per model'),
  network: z
    .strictObject({ name: path, sha256: digest })
    .optional()
    .describe('Gave the features of the classes, where they decided'),
  picturesPerClass: count.optional().describe('Pictures of a class that went through it, at most'),
  spread: z
    .number()
    .min(0)
    .optional()
    .describe('Sum of the squared distances of class means from the mean of their group; for similar'),
  difficulty: z
    .array(z.number().min(0).max(1))
    .max(MAX_CLASSES)
    .optional()
    .describe(
      'Of each class, in order: share of its pictures that lie nearer to the mean of another class; for hard',
    ),
});

/** Schema of a plan: which groups of classes get a GAN each. */
export const classPlanSchema = z
  .strictObject({
    schema: z.literal(CLASS_PLAN_SCHEMA),
    ganeval: z.string().max(MAX_NAME).describe('Version that made it'),
    family: z.literal('acgan'),
    pictures: z.strictObject({
      path: path.optional().describe('Of the pictures; absent for the data set of the preset'),
      dataset: z.enum(['cifar10', 'mnist', 'svhn']).optional(),
      count,
      classNames: z.array(name).min(1).max(MAX_CLASSES).describe('In the order of the labels of the whole'),
    }),
    grouping,
    training,
    sets: z
      .array(
        z.strictObject({
          classesPerModel: count.describe('Of the largest group'),
          groups: z.array(group).min(1).max(MAX_CLASSES),
        }),
      )
      .min(1)
      .max(MAX_CLASSES)
      .describe('Each set has every class in one of its groups; several sets differ in classes per model'),
  })
  .describe('A plan of ganeval train acgan: groups of classes, a GAN for each');

export type ClassPlan = z.output<typeof classPlanSchema>;
export type ClassGroup = ClassPlan['sets'][number]['groups'][number];

/** What is wrong with a plan that its schema can't say, as a clause; undefined where nothing is. */
export function findPlanFault({ pictures, sets, grouping: { difficulty } }: ClassPlan): string | undefined {
  const known = new Set(pictures.classNames);
  if (known.size < pictures.classNames.length) return 'two classes have the same name';
  if (difficulty && difficulty.length !== known.size) return 'difficulty is not one number a class';
  const groups = sets.flatMap((set) => set.groups);
  const misplaced = groups.findIndex((each, index) => each.number !== index + 1);
  if (misplaced >= 0) return `group ${misplaced + 1} has the number ${groups[misplaced].number}`;
  for (const set of sets) {
    const classes = set.groups.flatMap((each) => each.classes);
    const unknown = classes.find((each) => !known.has(each));
    if (unknown !== undefined)
      return `a group has the class ${JSON.stringify(unknown)}, which the pictures lack`;
    const distinct = new Set(classes).size;
    if (distinct < classes.length) return 'a class is twice in a set of groups';
    if (distinct < known.size) return 'a set of groups lacks a class';
    const largest = Math.max(...set.groups.map((each) => each.classes.length));
    if (largest !== set.classesPerModel) return `classesPerModel is ${set.classesPerModel}, not ${largest}`;
  }
  return undefined;
}
