"""The quick stand-in on outcomes that are sums of single and paired effects."""

from __future__ import annotations

import numpy as np

from experiments.surrogates import Quadratic, terms

SWITCHES = np.zeros(6, dtype=bool)


def outcomes(places):
    return np.stack([places @ np.arange(6.0) + 4.0 * places[:, 0] * places[:, 1]], axis=1)


def predicted(places, seen, draws=40):
    fit = Quadratic.fit(seen, outcomes(seen), SWITCHES)
    random = np.random.default_rng(1)
    return np.array([terms(places, SWITCHES) @ fit.draw(random)[0] for _ in range(draws)])


def test_terms_are_places_squares_and_products():
    found = terms(np.array([[0.5, 2.0, 3.0]]), np.array([True, False, False]))

    assert found.tolist() == [[0.5, 2.0, 3.0, 0.25, 1.0, 1.5, 6.0]]


def test_a_pair_that_works_together_is_learnt_from_few_points():
    seen = np.random.default_rng(2).integers(0, 2, (30, 6)).astype(float)
    new = np.array([[1.0, 1.0, 0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]])

    assert np.allclose(predicted(new, seen).mean(axis=0), outcomes(new)[:, 0], atol=0.3)


def test_draws_differ_more_where_nothing_was_seen():
    seen = np.concatenate([np.zeros((1, 6)), np.eye(6)[:3]])
    spread = predicted(np.eye(6), seen).std(axis=0)

    assert spread[:3].max() < spread[3:].min()
