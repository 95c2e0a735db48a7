// The secret that makes somebody more than a viewer: from the address, kept for this tab alone, and out of sight.

import { recall, remember } from "./i18n.js";

export function takeToken(room) {
  const key = `danmate.token.${room}`;
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    remember(key, token, "sessionStorage");
    history.replaceState(null, "", location.pathname + location.search);
  }
  return token ?? recall(key, "sessionStorage") ?? undefined;
}
