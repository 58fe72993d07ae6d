"""A county's own list of families comes in: staged, checked as a dry run, applied by the worker, undone as one act."""
