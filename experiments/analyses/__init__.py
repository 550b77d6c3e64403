"""Analyses: plain functions from tables of runs to tables of answers.

Each takes the table of runs (a row for each run: ``policy``, ``future``, ``replication``, ``status``, the factors and
the outcomes) and gives a table with a line for each answer. All are deterministic: resampling has fixed seeds.

=============================================  ===========================================================  ============
Analysis                                       Answers                                                      Incomplete
=============================================  ===========================================================  ============
``effects.paired_effects``                     what each policy changes, and how surely                     pairs left
                                                                                                            out, counted
``effects.paired_effects_by``                  the same by resident group, community or type                the same
``main_effects.main_effects``                  what each lever and pair of levers does on average           refused
``shapley.shapley``                            what each lever adds to all together, exactly                games left
                                                                                                            out, counted
``interactions.interactions``                  which levers are worth more, or less, together               the same
``main_effects.standardised_coefficients``     how far straight lines explain the outcomes                  refused
``morris.morris``                              which of many factors matter at all, beside luck             refused
``sobol.sobol``, ``sobol.sobol_pairs``         whose variance it is: each factor's, pairs', the seed's      refused
``sobol.variance_parts``                       how much is of the factors, the seed, and both together      refused
=============================================  ===========================================================  ============

=============================================  =========================================================================
Analysis                                       Design that it needs
=============================================  =========================================================================
``paired_effects``, ``paired_effects_by``      any with the baseline; several futures give quantiles over them
``main_effects``                               full or fractional factorial (aliases are named), one by one, leave one
                                               out; ``policy`` numbers the combinations of levers
``shapley``, ``interactions``                  full factorial of levers with two values; ``games.with_masks`` first
``standardised_coefficients``                  Latin hypercube or Sobol sequence
``morris``                                     Morris trajectories; two replications or more to know what luck does
``sobol``                                      Saltelli; two replications or more for the seed's share
``sobol_pairs``                                Saltelli with second order
``variance_parts``                             Latin hypercube, Sobol sequence or Saltelli; two replications or more
=============================================  =========================================================================

Where levers are crossed with a sample of uncertainties, ``effects.differences`` makes runs of effects; analyse those of
one policy with ``index="future"``: which assumptions does the effect hang on?
"""
