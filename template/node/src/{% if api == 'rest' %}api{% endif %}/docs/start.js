/** Shows the OpenAPI document on the page; nothing is asked of any other host. */

window.SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#documentation',
  deepLinking: true,
  validatorUrl: null,
});
