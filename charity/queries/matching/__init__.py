"""The nightly matching: what it reads (`night`, numbers in columns), its runs, and how a household fared."""
