"""`python -m app` serves the application, in development as in production."""

from app.server import main

main()
