// chance.mjs -- moments that are the same again for the same seed.

export const seed = Number(process.env.PIOT_SEED ?? Date.now() % 100_000);

// mulberry32; each call gives the next one, from 0 up to 1.
export function chance(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
