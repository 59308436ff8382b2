import { describe, expect, it } from 'vitest';
import { explain, fieldErrors, Problem, problemIn, Silence } from './problems';

const details = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  detail: 'It is there already.',
  instance: '/somewhere',
  request_id: 'r1',
};
const faults = [
  { path: '/title', message: 'This field is required.' },
  { path: '/title', message: 'Nobody reads the second complaint.' },
  { path: '/a~1b~0c', message: 'This must be a string.' },
];

describe('problems', () => {
  it('a problem speaks with the words of the server', () => {
    const problem = problemIn(details);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.message).toBe('It is there already.');
    expect((problem as Problem).status).toBe(409);
  });

  it('an answer that is no problem counts as silence', () => {
    for (const body of [undefined, null, '<html>', {}, { status: '502', detail: 'x' }]) {
      expect(problemIn(body)).toBeInstanceOf(Silence);
    }
  });

  it('each field gets the first complaint about it', () => {
    const problem = new Problem({ ...details, status: 422, errors: faults });
    expect(fieldErrors(problem)).toEqual({
      title: 'This field is required.',
      'a/b~c': 'This must be a string.',
    });
  });

  it('an error without fields marks none', () => {
    expect(fieldErrors(new Problem(details))).toEqual({});
    expect(fieldErrors(new Silence())).toEqual({});
  });

  it('what is said depends on what has gone wrong', () => {
    expect(explain(new Problem({ ...details, errors: faults }))).toBe(
      'Please correct what is marked.',
    );
    expect(explain(new Problem(details))).toBe('It is there already.');
    expect(explain(new TypeError('fetch failed'))).toBe('The server does not answer. Try again.');
  });
});
