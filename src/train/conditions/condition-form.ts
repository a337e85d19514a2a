import { z } from 'zod';

/** The most attributes. */
export const MAX_ATTRIBUTES = 4096;
/** The widest embedding. */
export const MAX_EMBEDDING = 4096;
/** Numbers of a box. */
export const BOX_WIDTH = 4;

/** What is known of each picture beside its class. */
export interface ConditionForm {
  /** Names of attributes that a picture has or has not. */
  readonly attributes?: readonly string[];
  /** Whether a box is known in each. */
  readonly boxes?: true;
  /** Numbers in the embedding of each. */
  readonly embeddings?: number;
}

export const conditionFormSchema = z.object({
  attributes: z.array(z.string()).min(1).max(MAX_ATTRIBUTES).readonly().optional(),
  boxes: z.literal(true).optional(),
  embeddings: z.int().min(2).max(MAX_EMBEDDING).optional(),
});

/** A part of the vector of a picture's conditions. */
export interface ConditionPart {
  readonly kind: keyof ConditionForm;
  /** Its first number, and how many there are. */
  readonly from: number;
  readonly width: number;
}

/**
 * The parts of the vector of conditions, in their order. Attributes are 0 or 1 each; a box has x and y of its center, width and height, as
 * shares of the picture; an embedding has the length 1.
 */
export function listParts({ attributes, boxes, embeddings }: ConditionForm): ConditionPart[] {
  const widths: (readonly [kind: ConditionPart['kind'], width: number])[] = [
    ['attributes', attributes?.length ?? 0],
    ['boxes', boxes ? BOX_WIDTH : 0],
    ['embeddings', embeddings ?? 0],
  ];
  let from = 0;
  return widths.flatMap(([kind, width]) => {
    from += width;
    return width === 0 ? [] : [{ kind, from: from - width, width }];
  });
}

/** Numbers in the vector of conditions. */
export function widthOf(form: ConditionForm): number {
  return listParts(form).reduce((sum, { width }) => sum + width, 0);
}
