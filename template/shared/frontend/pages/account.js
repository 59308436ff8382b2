// Who writes in the chat: whoever is signed in, which the cookie says.

/** Calls back with the name of the account. */
export function introduce(enter) {
  enter(document.querySelector('#guest').dataset.name);
}

/** Takes note of whether the name was accepted: there is nothing to remember. */
export function known() {}
