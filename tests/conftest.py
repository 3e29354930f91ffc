"""What every test shares: how hard Hypothesis looks."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("fleetscan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fleetscan")
