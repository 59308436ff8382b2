/** Starts the application. */

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app';
import { Frame } from './screens';
import { Silence } from './core/problems';
import './style.css';

const root = document.querySelector('#root');
if (root) {
  createRoot(root, { onCaughtError }).render(
    <StrictMode>
      <Frame>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </Frame>
    </StrictMode>,
  );
}

/** Reports what has kept a screen from being shown, unless it is the server's silence, of which the reader is told. */
function onCaughtError(error: unknown): void {
  if (!(error instanceof Silence)) reportError(error);
}
