"""Measuring: the lines of `script/bench`, and a drive of the whole loop over HTTP."""
