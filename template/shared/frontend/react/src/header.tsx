/** The header of every screen: what the project is called, and where one can go. */

import { Link, NavLink } from 'react-router';
import project from './project.json';
import { Corner, parts } from './screens';

/** Shows the header. */
export function Header() {
  const links = parts.flatMap(({ card, isPage }) => (card && !isPage ? [card] : []));
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <Link className="brand" to="/">
          {project.name}
        </Link>
        <nav aria-label="Main">
          {links.map(({ path, title }) => (
            <NavLink key={path} to={path} end>
              {title}
            </NavLink>
          ))}
        </nav>
        <Corner />
      </header>
    </>
  );
}
