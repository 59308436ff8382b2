/** The application: the header, and below it the screen that its address names. */

import { Suspense, useRef } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { Header } from './header';
import { Home } from './home/home';
import { Missing } from './missing';
import { Arrival } from './page';
import { Gate, parts } from './screens';
import { Trouble } from './trouble';

/** Shows everything. */
export function App() {
  const { key } = useLocation();
  const arrival = useRef(key);
  const routes = (isOpen: boolean) =>
    parts
      .filter(({ open = false }) => open === isOpen)
      .flatMap((part) => part.screens)
      .map(({ path, Screen }) => <Route key={path} path={path} element={<Screen />} />);
  return (
    <Arrival value={arrival}>
      <Header />
      <Trouble place={key}>
        <Suspense fallback={<main id="main" className="page" aria-busy="true" />}>
          <Routes>
            <Route index element={<Home />} />
            {routes(true)}
            <Route element={<Gate />}>{routes(false)}</Route>
            <Route path="*" element={<Missing />} />
          </Routes>
        </Suspense>
      </Trouble>
    </Arrival>
  );
}
