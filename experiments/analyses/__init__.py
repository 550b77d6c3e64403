"""Analyses: plain functions from tables of runs to tables of answers."""
