// Who writes in the chat: whoever gives a name, which this window remembers.
const KEY = 'name';

/** Calls back with a name as soon as there is one. */
export function introduce(enter) {
  const form = document.querySelector('#guest');
  const field = form.querySelector('input');
  field.value = sessionStorage.getItem(KEY) ?? '';
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    enter(field.value.trim());
  });
  form.hidden = Boolean(field.value);
  if (field.value) enter(field.value);
}

/** Takes note of whether the name was accepted. */
export function known(name) {
  document.querySelector('#guest').hidden = Boolean(name);
  if (name) sessionStorage.setItem(KEY, name);
  else sessionStorage.removeItem(KEY);
}
