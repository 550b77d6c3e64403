"""Actors: tables of columns, and the Mesa agents that are views on their rows."""
