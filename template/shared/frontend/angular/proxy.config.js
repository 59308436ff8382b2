/** What the development server hands on to the application: all that is no file of the front end. */

const application = process.env.APP_URL ?? 'http://127.0.0.1:8000';

export default {
  '/api': { target: application },
  '/auth': { target: application },
  '/health': { target: application },
  '/socket.io': { target: application, ws: true },
};
