"""Mutation testing of the references: do the checks notice a small change? See README.md beside this file."""
