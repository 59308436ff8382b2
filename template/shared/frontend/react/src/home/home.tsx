/** The first screen: what the project is, what there is to see, and whether it runs. */

import { Link } from 'react-router';
import { Page } from '../page';
import project from '../project.json';
import { parts } from '../screens';
import { useReadiness } from './readiness';

/** Leads to every other screen. */
export function Home() {
  const { state, text } = useReadiness();
  return (
    <Page title={project.name}>
      {project.description && <p className="lead">{project.description}</p>}
      <ul className="cards">
        {parts.map(
          ({ card, isPage }) =>
            card && (
              <li key={card.path} className="card">
                <h2>
                  {isPage ? (
                    <a href={card.path}>{card.title}</a>
                  ) : (
                    <Link to={card.path}>{card.title}</Link>
                  )}
                </h2>
                <p>{card.says}</p>
              </li>
            ),
        )}
      </ul>
      <p role="status" className={`status ${state}`}>
        {text}
      </p>
    </Page>
  );
}
