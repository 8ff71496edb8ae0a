/** A constituent of the tide: its amplitude in metres, its speed in degrees an hour, its phase in degrees. */
export interface Constituent {
  name: string
  amplitude: number
  speed: number
  phase: number
}

/** The two largest at Brest, rounded. */
export const brest: Constituent[] = [
  { name: 'M2', amplitude: 2.05, speed: 28.984, phase: 109 },
  { name: 'S2', amplitude: 0.75, speed: 30, phase: 148 },
]

/** Returns the height above mean sea level in metres, some hours after the epoch of the phases. */
export function height(hours: number, constituents: Constituent[] = brest): number {
  return constituents.reduce((sum, c) => sum + c.amplitude * Math.cos(((c.speed * hours - c.phase) * Math.PI) / 180), 0)
}
