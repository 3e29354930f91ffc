"""What every test shares: how hard Hypothesis looks.

A run of the tests tries the same examples each time, so that a change is judged by what it changes. ``make hunt`` tries
thousands of new ones; what it finds becomes an explicit example of the test that it broke.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fleetscan", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("hunt", settings.get_profile("fleetscan"), derandomize=False, max_examples=2_000)
settings.load_profile("fleetscan")
