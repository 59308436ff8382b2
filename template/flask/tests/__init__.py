"""The tests: one file a feature, one sentence a test."""
