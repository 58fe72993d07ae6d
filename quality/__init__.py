"""People's tools on the pages as they are served: the Nu HTML checker and Lighthouse; see `script/quality`."""
