"""Verbs of the command line; nothing heavy is imported before one is carried out."""
