/** What every screen has in common: its place in the document, its title and its heading. */

import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useRef,
} from 'react';
import { useLocation, useNavigationType } from 'react-router';
import project from './project.json';

/** The place in the history where somebody last began to read. */
export const Arrival = createContext<RefObject<string>>({ current: '' });

/** Shows a screen; who comes from another one begins at its heading. */
export function Page({
  title,
  narrow = false,
  beside,
  children,
}: {
  title: string;
  narrow?: boolean;
  /** What stands at the right of the heading. */
  beside?: ReactNode;
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = useContext(Arrival);
  const { key, state } = useLocation();
  const isReturn = useNavigationType() === 'POP';

  useEffect(() => {
    document.title = title === project.name ? title : `${title} · ${project.name}`;
  }, [title]);

  useEffect(() => {
    if (arrival.current === key) return;
    arrival.current = key;
    heading.current?.focus({ preventScroll: true });
    if (!isReturn) scrollTo(0, 0);
  }, [arrival, key, isReturn]);

  const shown = (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
  return (
    <main id="main" className={narrow ? 'page narrow' : 'page'} tabIndex={-1}>
      {beside ? (
        <div className="top">
          {shown}
          {beside}
        </div>
      ) : (
        shown
      )}
      <p role="status" className="notice">
        {!isReturn && state?.notice}
      </p>
      {children}
    </main>
  );
}
