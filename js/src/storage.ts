/**
 * Session ids that wait in `sessionStorage` for a reloaded page.
 *
 * An id is there only between `pagehide` and the next start, and is taken by one view: a
 * duplicated tab, whose storage is a copy, finds none and gets a session of its own.
 */

function change(key: string, update: (ids: string[]) => void): void {
  try {
    const name = `domsync:${key}`;
    const ids = sessionStorage.getItem(name)?.split(" ") ?? [];
    update(ids);
    if (ids[0]) sessionStorage.setItem(name, ids.join(" "));
    else sessionStorage.removeItem(name);
  } catch {
    // No storage here, or no room: the page starts a session of its own.
  }
}

/** Takes the first id, or "". */
export function take(key: string): string {
  let id = "";
  change(key, (ids) => {
    id = ids.shift() ?? "";
  });
  return id;
}

export function leave(key: string, id: string): void {
  change(key, (ids) => ids.push(id));
}

/** Takes back an id that was left. */
export function withdraw(key: string, id: string): void {
  change(key, (ids) => {
    const place = ids.indexOf(id);
    if (place >= 0) ids.splice(place, 1);
  });
}
