/** The types of the accounts over HTTP. */

export interface paths {
  '/auth/me': {
    parameters: {};
    get: operations['me'];
  };
  '/auth/register': {
    parameters: {};
    post: operations['register'];
  };
  '/auth/token': {
    parameters: {};
    post: operations['issueTokens'];
  };
  '/auth/token/refresh': {
    parameters: {};
    post: operations['refreshTokens'];
  };
  '/auth/token/revoke': {
    parameters: {};
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
    parameters: {};
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
    parameters: {};
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
    parameters: {};
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
    parameters: {};
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
    parameters: {};
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
