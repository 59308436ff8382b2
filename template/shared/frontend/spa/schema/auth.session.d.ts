/** The types of /auth. */

export interface paths {
  '/auth/login': {
    post: operations['login'];
  };
  '/auth/logout': {
    post: operations['logout'];
  };
  '/auth/me': {
    get: operations['me'];
  };
  '/auth/register': {
    post: operations['register'];
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Account: {
      email: string;
      id: string;
      name: string;
    };
    NewAccount: {
      email: string;
      name: string;
      password: string;
    };
    SignIn: {
      email: string;
      password: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  login: {
    requestBody: {
      content: {
        'application/json': components['schemas']['SignIn'];
      };
    };
    responses: {
      200: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Account'];
        };
      };
    };
  };
  logout: {
    responses: {
      204: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
      };
    };
  };
  me: {
    responses: {
      200: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Account'];
        };
      };
    };
  };
  register: {
    requestBody: {
      content: {
        'application/json': components['schemas']['NewAccount'];
      };
    };
    responses: {
      201: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Account'];
        };
      };
    };
  };
}
