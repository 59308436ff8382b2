/** Trouble: what is said where a screen cannot be shown, most often because its files did not come. */

import { Component, type ReactNode } from 'react';
import { Page } from './page';
import { explain, Problem, Silence } from './core/problems';

/** Shows its children, or says what keeps them from being shown, until one goes elsewhere. */
export class Trouble extends Component<{ place: string; children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: { place: string }) {
    if (before.place !== this.props.place && this.state.error !== null) {
      this.setState({ error: null });
    }
  }

  override render() {
    const { error } = this.state;
    return error === null ? this.props.children : <Unshown error={error} />;
  }
}

/** Shows a screen that says why there is nothing on it. */
export function Unshown({ error }: { error: unknown }) {
  return (
    <Page title="Something is missing" narrow>
      <p role="alert" className="alert">
        {isTold(error) ? explain(error) : 'It cannot be shown.'}
      </p>
      <p className="actions">
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    </Page>
  );
}

/** Whether it is known what is wrong; all else is a mistake of ours. */
function isTold(error: unknown): boolean {
  return error instanceof Problem || error instanceof Silence;
}
