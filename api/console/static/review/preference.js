/** Choices of one person on this machine, such as the speed; `fallback` before there are any. */
export function preference(name, fallback) {
  const key = `callqa-review-${name}`;
  return {
    get: () => {
      const kept = localStorage.getItem(key);
      return kept === null ? fallback : JSON.parse(kept);
    },
    set: (value) => localStorage.setItem(key, JSON.stringify(value)),
  };
}
