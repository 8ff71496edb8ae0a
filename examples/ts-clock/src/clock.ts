export interface Reading {
  zone: string;
  hour: number;
}

/** The hour that a clock shows in a zone at a moment. */
export function read(zone: string, at: Date): Reading {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format(at);
  return { zone, hour: Number(text) };
}
