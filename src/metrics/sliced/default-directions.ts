/** Directions of a run where no number is given: those of the Monge inception distance (Berthet et al. 2026). */
export const DEFAULT_DIRECTIONS = 1000;
