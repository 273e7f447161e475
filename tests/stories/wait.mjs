// wait.mjs -- waiting for something to be so, and never for time to pass.

export const LIMIT_MS = 30_000; // under sanitizers on a busy machine all takes ten times longer
const LOOK_AGAIN_MS = 10;

// Looks until `condition` gives something true, which is the answer. What has not come
// about in time fails the test by its name.
export async function until(what, condition, limitMs = LIMIT_MS) {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > end) throw new Error(`in ${limitMs} ms it did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
