"""The front ends in a browser: one suite for pages, React and Angular, on both stacks."""
