/** The types of /auth. */

export interface paths {
  '/auth/me': {
    get: operations['me'];
  };
  '/auth/register': {
    post: operations['register'];
  };
  '/auth/token': {
    post: operations['issueTokens'];
  };
  '/auth/token/refresh': {
    post: operations['refreshTokens'];
  };
  '/auth/token/revoke': {
    post: operations['revokeTokens'];
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
    RefreshToken: {
      refresh_token: string;
    };
    SignIn: {
      email: string;
      password: string;
    };
    Tokens: {
      access_token: string;
      expires_in: number;
      refresh_token: string;
      token_type: 'Bearer';
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
  issueTokens: {
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
          'application/json': components['schemas']['Tokens'];
        };
      };
    };
  };
  refreshTokens: {
    requestBody: {
      content: {
        'application/json': components['schemas']['RefreshToken'];
      };
    };
    responses: {
      200: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tokens'];
        };
      };
    };
  };
  revokeTokens: {
    requestBody: {
      content: {
        'application/json': components['schemas']['RefreshToken'];
      };
    };
    responses: {
      204: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
      };
    };
  };
}
