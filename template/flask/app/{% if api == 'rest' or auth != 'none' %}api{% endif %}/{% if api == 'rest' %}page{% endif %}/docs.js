// Shows the document of this service; `validatorUrl: null` keeps the page from asking another host.
SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
});
