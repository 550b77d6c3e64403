"""What is shown in a browser: the moving picture of a community.

>>> from dashboard import watch
>>> watch(sim.Scenario())  # doctest: +SKIP
"""

from dashboard.scene import Scene, record
from dashboard.watch import Watch, watch

__all__ = ["Scene", "Watch", "record", "watch"]
