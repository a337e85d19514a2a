/**
 * The largest absolute value of a feature that metrics can take. Squares of it add up to a finite float32 in any width, as
 * distances between pictures are first computed, and their sixth powers to a finite float64, as the spread of KID's kernel is.
 */
export const MAX_FEATURE = 1e15;
