const STEADY = 3; // centimetres

/** Where a series goes: its last value against the mean of the three before. */
export function trend(levels) {
  const before = levels.slice(-4, -1);
  const mean = before.reduce((sum, level) => sum + level, 0) / before.length;
  const change = levels.at(-1) - mean;
  if (Math.abs(change) < STEADY) return 'steady';
  return change > 0 ? 'rising' : 'falling';
}
