"""What the tests stand on: the questionnaire, generated projects and running servers."""
