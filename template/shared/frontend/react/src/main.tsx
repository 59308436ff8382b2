/** Starts the application. */

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app';
import { Frame } from './screens';
import './style.css';

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Frame>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </Frame>
    </StrictMode>,
  );
}
