"""A simulated year of visits, driven by the shipped scores: what each rule of the wall does to wishes and donors."""
