"""Loaded by every Python process of a driver's site: spoils a rule or shifts the clock when its environment says so.

This is how the negative controls break the product without a switch in it, and how one process gets another time.
"""

import os

if _spoil := os.environ.get("SPOIL"):
    import charity_spoil

    charity_spoil.spoil(_spoil)
if _clock := os.environ.get("SPOIL_CLOCK"):
    import charity_clock

    charity_clock.shift(_clock)
